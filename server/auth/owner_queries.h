// Owners as staff see them. Reads only.
#pragma once

#include "auth/owner_trust.h"
#include "base/clock.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::auth {

struct OwnerRecord {
    std::int64_t row = 0;  // owners.id
    std::string id;        // own_…
    std::string name;
    std::string contact;  // empty: nobody is known
    Trust trust = Trust::unproven;
    base::UnixMs created_at = 0;
    std::optional<base::UnixMs> heard_at;    // first
    std::optional<base::UnixMs> limited_at;  // banned as much as it may in a day; the last time
    std::int64_t persons_today = 0;          // whom its servers have met, each by itself
    std::optional<base::UnixMs> persons_limited_at;  // these were more than may be; the last time
    std::int64_t servers = 0;
    std::int64_t suspended = 0;  // of these
    std::int64_t breaker = 0;    // of these, behind the breaker
};

/// By name. Thread of the connection.
[[nodiscard]] std::vector<OwnerRecord>
list_owners(store::Database& database, const store::Sealer& sealer, base::UnixMs now);

[[nodiscard]] std::optional<OwnerRecord> load_owner(
    store::Database& database,
    const store::Sealer& sealer,
    std::int64_t owner,
    base::UnixMs now
);

struct OwnerCounts {
    std::int64_t total = 0;
    std::int64_t unproven = 0;
    std::int64_t limited = 0;          // in the last 24 hours
    std::int64_t persons_limited = 0;  // likewise
};

[[nodiscard]] OwnerCounts count_owners(store::Database& database, base::UnixMs now);

}  // namespace drawbridge::auth
