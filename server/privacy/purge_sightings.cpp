#include "identity/tags.h"
#include "privacy/purgers.h"

#include <algorithm>
#include <vector>

namespace drawbridge::privacy {
namespace {

struct Row {
    std::int64_t tag = 0;
    std::int64_t owner = 0;
    std::int64_t profile = 0;
    base::UnixMs last_seen = 0;
};

/// The rows of the next tags, each with all of its rows.
std::vector<Row> next_rows(store::Database& database, const Cursor& cursor, int rows) {
    auto query = database.query(
        "SELECT tag_id, owner_id, profile_id, last_seen FROM sightings WHERE tag_id > ?1 AND "
        "tag_id <= (SELECT max(tag_id) FROM (SELECT tag_id FROM sightings WHERE tag_id > ?1 "
        "ORDER BY tag_id LIMIT ?2)) ORDER BY tag_id"
    );
    query.bind(cursor.position).bind(std::int64_t{rows});
    std::vector<Row> found;
    while (query.step()) {
        found.push_back({query.integer(0), query.integer(1), query.integer(2), query.integer(3)});
    }
    return found;
}

}  // namespace

// In the order of the tags, all of them in each sweep. With its last sighting a token goes too.
Piece purge_sightings(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    Piece piece;
    const auto found = next_rows(database, cursor, rows);
    piece.is_done = found.empty();
    for (const auto& [tag, owner, profile, last_seen] : found) {
        cursor = {tag, last_seen};
        if (last_seen >= cutoff) {
            piece.oldest = std::min(piece.oldest.value_or(last_seen), last_seen);
            continue;
        }
        database.query("DELETE FROM sightings WHERE tag_id = ? AND owner_id = ? AND profile_id = ?")
            .bind(tag)
            .bind(owner)
            .bind(profile)
            .run();
        identity::drop_unused_tag(database, tag);
        ++piece.deleted;
    }
    return piece;
}

}  // namespace drawbridge::privacy
