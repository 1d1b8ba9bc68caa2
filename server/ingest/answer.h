// Answers made whole: body, digest and, for an authenticated server, the signature that binds them
// to its request. Pure; any thread.
#pragma once

#include "auth/authenticate.h"
#include "events/encode.h"
#include "http/reply.h"

#include <memory>
#include <string>

namespace drawbridge::ingest {

inline constexpr std::string_view kBanListType = "application/vnd.drawbridge.banlist";

/// A body and its digest, shared by all answers that carry it.
struct SharedBody {
    std::shared_ptr<const std::string> bytes;
    std::string content_digest;
};

[[nodiscard]] SharedBody share_body(std::string bytes);

/// Signed answers to `request`, at `now` by the server's clock.
class Answerer {
public:
    Answerer(const auth::VerifiedRequest& request, std::string_view boot_id, base::UnixMs now)
        : request_(request),
          stamp_{boot_id, now} {}

    [[nodiscard]] const events::Stamp& stamp() const { return stamp_; }

    [[nodiscard]] http::Reply json(std::string body) const;
    [[nodiscard]] http::Reply ban_list(const SharedBody& body) const;
    [[nodiscard]] http::Reply no_content() const;
    [[nodiscard]] http::Reply problem(const events::Problem& problem) const;

private:
    [[nodiscard]] http::Reply
    sign(unsigned status, std::string_view content_type, const SharedBody* body) const;

    const auth::VerifiedRequest& request_;
    events::Stamp stamp_;
};

/// An unsigned refusal: to a sender that has not proved who it is.
[[nodiscard]] http::Reply refuse_unsigned(base::Outcome outcome);

}  // namespace drawbridge::ingest
