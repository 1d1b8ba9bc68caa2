// What became of the bans that somebody placed: a server, an issuer on it, a member of staff.
// Counted from the bans and their histories as far back as these are kept. Reads only.
//
// A ban that follows from another is the evidence's and counts for nobody.
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace drawbridge::bans {

inline constexpr base::UnixMs kRecentMs = 90 * base::kDayMs;

struct Tally {
    std::int64_t bans = 0;        // placed, or put on the network by staff
    std::int64_t standing = 0;    // of these still
    std::int64_t approved = 0;    // staff have made them theirs
    std::int64_t rejected = 0;    // staff have kept them off the network, and never approved them
    std::int64_t overturned = 0;  // they were wrong
};

struct Reputation {
    Tally all;
    Tally recent;  // placed within kRecentMs
};

struct Named {
    std::string name;  // as the game server named them; empty: it named nobody
    Reputation reputation;
};

struct ServerReputation {
    Reputation server;
    std::vector<Named> issuers;  // most bans first
};

/// Walks the bans of this server. Throws when a text was altered. Thread of the connection.
[[nodiscard]] ServerReputation reputation_of_server(
    store::Database& database,
    const store::Sealer& sealer,
    std::int64_t server,
    base::UnixMs now
);

/// By servers.id; those without a ban are left out. Walks all bans of servers.
[[nodiscard]] std::map<std::int64_t, Reputation>
reputation_of_servers(store::Database& database, base::UnixMs now);

/// By an administrator's name: bans that they placed, approved, or agreed to as one of two. Walks
/// the decisions of staff.
[[nodiscard]] std::map<std::string, Reputation>
reputation_of_staff(store::Database& database, const store::Sealer& sealer, base::UnixMs now);

}  // namespace drawbridge::bans
