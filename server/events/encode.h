// From values to the bodies of answers. Pure; any thread.
#pragma once

#include "auth/key_ring.h"
#include "bans/ban.h"
#include "base/clock.h"
#include "base/outcome.h"
#include "events/event.h"
#include "identity/evidence.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::events {

/// What stands in every signed JSON answer.
struct Stamp {
    std::string_view boot_id;
    base::UnixMs now = 0;
};

struct ListCursors {
    std::string network;
    std::string owner;
};

enum class Decision : std::uint8_t { allow, watch, ban, none };

struct Verdict {
    Decision decision = Decision::allow;
    std::optional<bans::Ban> ban;  // with Decision::ban and watch
    bool on_network = false;
    std::vector<IdentifierType> matched;
    std::vector<identity::Contribution> evidence;  // none when a list alone decided
};

/// How one event ended. `members`: what its result holds beside id and status, as a JSON object
/// without its braces ("" for none); kept, so that a duplicate repeats it.
struct EventResult {
    std::optional<std::string> id;
    base::EventOutcome outcome = base::EventOutcome::stored;
    std::string members;
    FieldError error;  // of a rejected one
};

[[nodiscard]] std::string encode_verdict(const Verdict& verdict);
[[nodiscard]] std::string encode_ban_result(std::uint64_t number, bans::BanState state);

[[nodiscard]] std::string encode_events_answer(
    const Stamp& stamp,
    const std::vector<EventResult>& results,
    const ListCursors& lists
);

struct HelloAnswer {
    const auth::Server* server = nullptr;
    std::uint16_t tag_version = 1;
    std::string sealed_tag_key;  // base64url
    ListCursors lists;
};

[[nodiscard]] std::string encode_hello_answer(const Stamp& stamp, const HelloAnswer& answer);
[[nodiscard]] std::string
encode_explain_answer(const Stamp& stamp, const std::vector<Verdict>& matches);

struct KeyAnswer {
    std::string server_id;  // enrol only
    std::string key_id;
    std::string sealed;
    std::optional<base::UnixMs> expires_at;  // rotate only
};

[[nodiscard]] std::string encode_key_answer(const Stamp& stamp, const KeyAnswer& answer);

struct Problem {
    base::Outcome outcome = base::Outcome::internal;
    FieldError error;  // detail always; field with bad_field
    std::optional<std::uint64_t> highest_epoch;
    std::optional<std::int64_t> retry_after_ms;
};

/// RFC 9457. `stamp` null: for an answer that will not be signed.
[[nodiscard]] std::string encode_problem(const Problem& problem, const Stamp* stamp);

}  // namespace drawbridge::events
