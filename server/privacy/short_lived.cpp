#include "privacy/short_lived.h"

#include "privacy/retention.h"
#include "store/meta.h"

#include <algorithm>
#include <array>
#include <string>

namespace drawbridge::privacy {
namespace {

int purge_sessions(store::Database& database, base::UnixMs now, int limit) {
    return database
        .query(
            "DELETE FROM sessions WHERE (id, server_id) IN (SELECT id, server_id FROM "
            "sessions WHERE joined_at < ? LIMIT ?)"
        )
        .bind(now - *rule_of(Category::sessions).period)
        .bind(std::int64_t{limit})
        .run();
}

int purge_budgets(store::Database& database, base::UnixMs now, int limit) {
    return database
        .query(
            "DELETE FROM budget WHERE (server_id, day, profile_id) IN (SELECT server_id, "
            "day, profile_id FROM budget WHERE day < ? LIMIT ?)"
        )
        .bind(now / base::kDayMs)
        .bind(std::int64_t{limit})
        .run();
}

int purge_event_ids(store::Database& database, base::UnixMs horizon, int limit) {
    // Ids sort by the time inside them, so everything below the horizon is one range.
    std::array<std::uint8_t, 6> oldest{};
    for (std::size_t i = 0; i < oldest.size(); ++i) {
        oldest[i] = static_cast<std::uint8_t>(horizon >> (8 * (oldest.size() - 1 - i)));
    }
    return database
        .query(
            "DELETE FROM event_ids WHERE (id, server_id) IN (SELECT id, "
            "server_id FROM event_ids WHERE id < ? LIMIT ?)"
        )
        .bind(store::ByteView(oldest))
        .bind(std::int64_t{limit})
        .run();
}

}  // namespace

bool purge_short_lived(
    store::Database& database,
    base::UnixMs now,
    base::UnixMs& horizon,
    int limit
) {
    const auto sessions = purge_sessions(database, now, limit);
    const auto budgets = purge_budgets(database, now, limit);
    horizon = std::max(horizon, now - *rule_of(Category::event_ids).period);
    const auto ids = purge_event_ids(database, horizon, limit);
    // What has been forgotten must stay too old, also after a restart with the clock set back.
    if (ids > 0) {
        store::write_meta(
            database,
            store::meta::kHorizon,
            store::as_bytes(std::to_string(horizon))
        );
    }
    return sessions >= limit || budgets >= limit || ids >= limit;
}

}  // namespace drawbridge::privacy
