#include "privacy/removal_walk.h"

#include <algorithm>

namespace drawbridge::privacy {

StepPiece delete_some(store::Database& database, const char* sql, std::int64_t key, int rows) {
    const auto deleted = database.query(sql).bind(key).bind(std::int64_t{rows}).run();
    return {deleted, deleted < rows};
}

int thousandths(store::Database& database, const char* newest, std::int64_t position) {
    auto query = database.query(newest);
    if (!query.step() || query.is_null(0)) return 1000;
    const auto last = std::max<std::int64_t>(query.integer(0), 1);
    return static_cast<int>(std::min(position, last) * 1000 / last);
}

Range next_range(store::Database& database, const char* sql, const StepCursor& cursor, int rows) {
    auto query = database.query(sql);
    query.bind(cursor.number).bind(std::int64_t{rows});
    if (!query.step() || query.is_null(0)) return {cursor.number, true};
    return {query.integer(0), query.integer(1) < rows};
}

StepPiece remove_in_range(
    store::Database& database,
    const RangeTable& table,
    std::int64_t whose,
    StepCursor& cursor,
    int rows
) {
    const auto range = next_range(database, table.next, cursor, rows);
    const auto deleted =
        database.query(table.remove).bind(cursor.number).bind(range.last).bind(whose).run();
    cursor.number = range.last;
    return {deleted, range.is_last};
}

}  // namespace drawbridge::privacy
