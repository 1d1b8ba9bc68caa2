#include "privacy/purgers.h"

#include <algorithm>
#include <vector>

namespace drawbridge::privacy {
namespace {

struct Row {
    std::int64_t id = 0;
    std::optional<base::UnixMs> decided_at;
};

std::vector<Row> next_rows(store::Database& database, std::int64_t position, int rows) {
    auto query =
        database.query("SELECT id, decided_at FROM appeals WHERE id > ? ORDER BY id LIMIT ?");
    query.bind(position).bind(std::int64_t{rows});
    std::vector<Row> found;
    while (query.step()) {
        found.push_back({query.integer(0), query.optional_integer(1)});
    }
    return found;
}

}  // namespace

// Those against a ban whose history entry goes have gone with it; the open ones stay.
Piece purge_appeals(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    Piece piece;
    const auto found = next_rows(database, cursor.position, rows);
    piece.is_done = found.size() < static_cast<std::size_t>(rows);
    for (const auto& [id, decided_at] : found) {
        cursor.position = id;
        if (!decided_at) continue;
        if (*decided_at >= cutoff) {
            piece.oldest = std::min(piece.oldest.value_or(*decided_at), *decided_at);
            continue;
        }
        database.query("DELETE FROM appeals WHERE id = ?").bind(id).run();
        ++piece.deleted;
    }
    return piece;
}

}  // namespace drawbridge::privacy
