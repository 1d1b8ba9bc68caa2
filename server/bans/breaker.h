// The breaker: a server in mode auto that suddenly bans many people, because it was broken into or
// runs wild, is taken back to mode review before its bans bind the network.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::bans {

inline constexpr base::UnixMs kBurstMs = 10 * base::kMinuteMs;

/// What a server may ban by mode auto, and an owner by all its servers.
struct BreakerLimits {
    std::int64_t burst = 20;       // in ten minutes, however busy the server is
    std::int64_t quiet_burst = 5;  // in ten minutes, however quiet it is
    std::int64_t times_mean = 5;   // in ten minutes, in multiples of its mean of 30 days
    std::int64_t day = 200;        // in 24 hours
    std::int64_t owner_day = 400;  // in 24 hours, of an owner; by mode review, too
};

/// A limit that one more ban would pass.
struct BreakerTrip {
    std::int64_t server = 0;  // servers.id
    std::string server_id;    // srv_…
    std::int64_t limit = 0;
    base::UnixMs period_ms = 0;
    base::UnixMs at = 0;
    std::int64_t held = 0;  // bans that were in grace, and wait for staff now
};

/// Nothing: this server may place one more. Counts what its mode auto placed since staff last set
/// its mode, within an index.
[[nodiscard]] std::optional<BreakerTrip> passed_limit(
    store::Database& database,
    std::int64_t server,
    const BreakerLimits& limits,
    base::UnixMs now
);

/// An owner's limit that one more ban would pass.
struct OwnerTrip {
    std::string owner_id;  // own_…
    std::int64_t limit = 0;
    base::UnixMs at = 0;
    std::vector<std::int64_t> servers;  // that are behind the breaker now, and were not before
    std::int64_t held = 0;              // bans of theirs that were in grace, and wait for staff now
};

/// One more would be too many before the network or staff. Counts, of each server since staff last
/// set its mode, within an index and no further than the limit.
[[nodiscard]] bool is_owner_at_limit(
    store::Database& database,
    std::int64_t owner,
    std::int64_t limit,
    base::UnixMs now
);

}  // namespace drawbridge::bans
