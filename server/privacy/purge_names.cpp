#include "privacy/purgers.h"
#include "store/columns.h"

#include <algorithm>
#include <vector>

namespace drawbridge::privacy {
namespace {

struct Row {
    std::int64_t profile = 0;
    std::int64_t slot = 0;
    base::UnixMs last_seen = 0;
};

std::vector<Row> next_rows(store::Database& database, const Cursor& cursor, int rows) {
    auto query = database.query(
        "SELECT profile_id, slot, last_seen FROM names WHERE (profile_id, slot) > (?, ?) "
        "ORDER BY profile_id, slot LIMIT ?"
    );
    query.bind(cursor.position / store::kNameSlots)
        .bind(cursor.position % store::kNameSlots)
        .bind(std::int64_t{rows});
    std::vector<Row> found;
    while (query.step()) {
        found.push_back({query.integer(0), query.integer(1), query.integer(2)});
    }
    return found;
}

}  // namespace

// In the order of the profiles, all of them in each sweep. The position is the row id of a name.
Piece purge_names(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    Piece piece;
    const auto found = next_rows(database, cursor, rows);
    piece.is_done = found.size() < static_cast<std::size_t>(rows);
    for (const auto& [profile, slot, last_seen] : found) {
        cursor = {store::name_row(profile, slot), last_seen};
        if (last_seen >= cutoff) {
            piece.oldest = std::min(piece.oldest.value_or(last_seen), last_seen);
            continue;
        }
        database.query("DELETE FROM names WHERE profile_id = ? AND slot = ?")
            .bind(profile)
            .bind(slot)
            .run();
        ++piece.deleted;
    }
    return piece;
}

}  // namespace drawbridge::privacy
