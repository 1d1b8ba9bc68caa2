#include "identity/server_links.h"

namespace drawbridge::identity {

std::vector<LinkKey> links_of_server(
    store::Database& database,
    std::int64_t server,
    base::UnixMs since,
    std::optional<base::UnixMs> until
) {
    auto query = database.query(
        "SELECT profile_id, other_id, owner_id FROM links l "
        "WHERE owner_id = (SELECT owner_id FROM servers WHERE id = ?1) AND made_at >= ?2 "
        "AND (?3 IS NULL OR made_at < ?3) AND EXISTS (SELECT 1 FROM events e "
        "WHERE e.profile_id = l.profile_id AND e.id = l.event_id AND e.server_id = ?1)"
    );
    query.bind(server).bind(since).bind(until);
    std::vector<LinkKey> found;
    while (query.step()) {
        found.push_back({query.integer(0), query.integer(1), query.integer(2)});
    }
    return found;
}

void remove_links(store::Database& database, std::span<const LinkKey> links) {
    for (const auto& [profile, other, owner] : links) {
        database.query("DELETE FROM links WHERE profile_id = ? AND other_id = ? AND owner_id = ?")
            .bind(profile)
            .bind(other)
            .bind(owner)
            .run();
    }
}

}  // namespace drawbridge::identity
