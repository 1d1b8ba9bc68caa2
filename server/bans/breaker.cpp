#include "bans/breaker.h"

#include <algorithm>

namespace drawbridge::bans {
namespace {

constexpr base::UnixMs kMonthMs = 30 * base::kDayMs;

// mode 3 is auth::PropagationMode::automatic.
std::int64_t count_since(store::Database& database, std::int64_t server, base::UnixMs since) {
    auto query = database.query(
        "SELECT count(*) FROM bans WHERE server_id = ? AND mode = 3 AND created_at > ?"
    );
    query.bind(server).bind(since);
    return query.step() ? query.integer(0) : 0;
}

base::UnixMs counted_from(store::Database& database, std::int64_t server) {
    auto query = database.query("SELECT mode_set_at FROM servers WHERE id = ?");
    return query.bind(server).step() && !query.is_null(0) ? query.integer(0) : 0;
}

std::int64_t burst_limit(
    store::Database& database,
    std::int64_t server,
    const BreakerLimits& limits,
    base::UnixMs now
) {
    const auto bans = count_since(database, server, now - kMonthMs);
    const auto usual = bans * limits.times_mean * kBurstMs / kMonthMs;
    return std::min(limits.burst, std::max(limits.quiet_burst, usual));
}

}  // namespace

std::optional<BreakerTrip> passed_limit(
    store::Database& database,
    std::int64_t server,
    const BreakerLimits& limits,
    base::UnixMs now
) {
    const auto from = counted_from(database, server);
    const auto burst = count_since(database, server, std::max(from, now - kBurstMs));
    // The month is counted only when the answer depends on it.
    if (burst >= std::min(limits.burst, limits.quiet_burst)) {
        const auto limit = burst_limit(database, server, limits, now);
        if (burst >= limit) return BreakerTrip{server, {}, limit, kBurstMs, now, 0};
    }
    const auto day = count_since(database, server, std::max(from, now - base::kDayMs));
    if (day >= limits.day) return BreakerTrip{server, {}, limits.day, base::kDayMs, now, 0};
    return std::nullopt;
}

// modes 2 and 3 are auth::PropagationMode::review and automatic.
bool is_owner_at_limit(
    store::Database& database,
    std::int64_t owner,
    std::int64_t limit,
    base::UnixMs now
) {
    auto query = database.query(
        "SELECT count(*) FROM (SELECT 1 FROM servers s JOIN bans b ON b.server_id = s.id "
        "WHERE s.owner_id = ?1 AND b.mode IN (2, 3) AND "
        "b.created_at > max(?2, coalesce(s.mode_set_at, 0)) LIMIT ?3)"
    );
    query.bind(owner).bind(now - base::kDayMs).bind(limit);
    return query.step() && query.integer(0) >= limit;
}

}  // namespace drawbridge::bans
