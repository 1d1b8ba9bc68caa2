#include "privacy/purgers.h"
#include "review/cases.h"

#include <algorithm>
#include <vector>

namespace drawbridge::privacy {
namespace {

constexpr auto kFirstDecided = static_cast<std::int64_t>(review::CaseState::approved);

struct Row {
    std::int64_t id = 0;
    bool is_decided = false;
    base::UnixMs last_at = 0;
};

std::vector<Row> next_rows(store::Database& database, std::int64_t position, int rows) {
    auto query = database.query(
        "SELECT id, state >= ?3, coalesce(decided_at, last_at) FROM cases WHERE id > ?1 "
        "ORDER BY id LIMIT ?2"
    );
    query.bind(position).bind(std::int64_t{rows}).bind(std::int64_t{kFirstDecided});
    std::vector<Row> found;
    while (query.step()) {
        found.push_back({query.integer(0), query.integer(1) != 0, query.integer(2)});
    }
    return found;
}

}  // namespace

// All of them in each sweep; those that wait for a decision stay. Statements go with their case.
Piece purge_cases(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    Piece piece;
    const auto found = next_rows(database, cursor.position, rows);
    piece.is_done = found.size() < static_cast<std::size_t>(rows);
    for (const auto& [id, is_decided, last_at] : found) {
        cursor = {id, last_at};
        if (!is_decided) continue;
        if (last_at >= cutoff) {
            piece.oldest = std::min(piece.oldest.value_or(last_at), last_at);
            continue;
        }
        database.query("DELETE FROM cases WHERE id = ?").bind(id).run();
        ++piece.deleted;
    }
    return piece;
}

}  // namespace drawbridge::privacy
