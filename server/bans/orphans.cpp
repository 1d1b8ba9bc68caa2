#include "bans/orphans.h"

namespace drawbridge::bans {

std::string_view orphan_reason_name(OrphanReason reason) {
    switch (reason) {
        case OrphanReason::server_removed: return "server_removed";
        case OrphanReason::server_suspended: return "server_suspended";
        case OrphanReason::server_silent: return "server_silent";
    }
    return "unknown";
}

std::optional<Orphan>
orphan_of(store::Database& database, std::uint64_t number, base::UnixMs silent_since) {
    auto query = database.query(
        "SELECT s.id IS NULL, s.suspended, coalesce(s.last_seen_at, s.created_at), s.last_seen_at "
        "FROM bans b LEFT JOIN servers s ON s.id = b.server_id "
        "WHERE b.number = ? AND b.state = 4 AND b.adopted = 0 AND b.follows IS NULL"
    );
    if (!query.bind(static_cast<std::int64_t>(number)).step()) return std::nullopt;
    if (query.integer(0) != 0) return Orphan{};
    const auto last_seen = query.optional_integer(3);
    if (query.integer(1) != 0) return Orphan{OrphanReason::server_suspended, last_seen};
    if (query.integer(2) >= silent_since) return std::nullopt;
    return Orphan{OrphanReason::server_silent, last_seen};
}

std::int64_t count_orphans(store::Database& database, base::UnixMs silent_since) {
    auto query = database.query(
        "SELECT (SELECT count(*) FROM bans WHERE server_id IS NULL AND state = 4 AND adopted = 0 "
        "AND follows IS NULL) + (SELECT count(*) FROM servers s JOIN bans b ON b.server_id = s.id "
        "WHERE (s.suspended = 1 OR coalesce(s.last_seen_at, s.created_at) < ?) AND b.state = 4 "
        "AND b.adopted = 0 AND b.follows IS NULL)"
    );
    query.bind(silent_since);
    return query.step() ? query.integer(0) : 0;
}

}  // namespace drawbridge::bans
