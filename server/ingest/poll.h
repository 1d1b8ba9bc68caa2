// GET /v1/bans: what a poll asks, whether there is news for it, and its answer.
#pragma once

#include "auth/authenticate.h"
#include "bans/published_list.h"
#include "base/guarded.h"
#include "ingest/answer.h"

#include <memory>
#include <optional>
#include <string_view>

namespace drawbridge::ingest {

/// Holds the verified request: its answer, whenever it comes, is bound to it. Immutable.
struct PollTicket {
    auth::VerifiedRequest request;
    Cursor network;
    Cursor owner;
    unsigned wait_seconds = 0;
};

struct PollQuery {
    Cursor network;
    Cursor owner;
    unsigned wait_seconds = 0;
};

/// `?network=CURSOR&owner=CURSOR&wait=S`, in this order, each once; nothing else.
[[nodiscard]] std::optional<PollQuery> parse_poll_query(std::string_view query);

/// Any thread.
class PollAnswers {
public:
    explicit PollAnswers(const bans::PublishedLists& lists) : lists_(lists) {}

    [[nodiscard]] bool has_news(const PollTicket& ticket) const;
    /// Nothing when there is no news.
    [[nodiscard]] std::optional<SharedBody> body(const PollTicket& ticket) const;

private:
    /// The last body that was the network's alone: one snapshot or delta serves every poll that
    /// asks from the same cursor.
    struct Cached {
        std::shared_ptr<const bans::ListView> view;
        Cursor from;
        SharedBody body;
    };

    const bans::PublishedLists& lists_;
    mutable base::Guarded<Cached> cached_;
};

}  // namespace drawbridge::ingest
