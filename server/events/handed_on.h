// A licence that was sold: its profile has the seller's accounts and the buyer's, and who is banned
// under it is one of the two. What a ban names tells which (docs/evidence.md).
#pragma once

#include "bans/ban_queries.h"
#include "identity/session.h"
#include "store/database.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace drawbridge::events {

struct Meeting {
    const identity::Session& session;
    std::vector<std::int64_t> profiles;  // of one person
    std::size_t accounts = 0;            // in common
};

/// Each ban of the profiles met – or, if none of them is banned, of the person – names nothing of
/// the session, but another account of a type that it shows; or more than a licence, where several
/// accounts are in common or none is, but a link; or where one is, some account and another
/// machine. Thread of the connection.
[[nodiscard]] bool is_handed_on(
    store::Database& database,
    const Meeting& meeting,
    std::span<const bans::StandingBan> bans
);

}  // namespace drawbridge::events
