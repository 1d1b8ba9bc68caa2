#include "privacy/purgers.h"

#include <vector>

namespace drawbridge::privacy {
namespace {

// Numbers of events::EventType, which lies above this folder; they are permanent.
constexpr std::int64_t kHeartbeat = 7;
constexpr std::int64_t kPlayerCount = 8;
constexpr std::int64_t kError = 11;

Category category_of(std::int64_t type) {
    if (type == kHeartbeat || type == kPlayerCount) return Category::telemetry;
    return type == kError ? Category::errors : Category::events;
}

/// Rows stand in the order of receipt, so a walk ends at the first one that is young enough. Each
/// category walks by itself: it leaves the rows of the others behind it.
Piece walk(
    store::Database& database,
    Category category,
    base::UnixMs cutoff,
    Cursor& cursor,
    int rows
) {
    Piece piece;
    std::vector<std::int64_t> due;
    {
        auto query = database.query(
            "SELECT seq, type, received_at FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
        );
        query.bind(cursor.position).bind(std::int64_t{rows});
        int seen = 0;
        while (!piece.is_done && query.step()) {
            ++seen;
            const auto received_at = query.integer(2);
            if (received_at >= cutoff) {
                piece.is_done = true;
                piece.oldest = received_at;
                break;
            }
            if (category_of(query.integer(1)) == category) due.push_back(query.integer(0));
            cursor = {query.integer(0), received_at};
        }
        piece.is_done = piece.is_done || seen < rows;
    }
    for (const auto seq : due) {
        database.query("DELETE FROM events WHERE seq = ?").bind(seq).run();
    }
    piece.deleted = static_cast<std::int64_t>(due.size());
    return piece;
}

}  // namespace

// SQLite gives the number of a deleted last row again. Then rows below the cursor are younger than
// it, and the walk begins anew.
void begin_events(store::Database& database, Cursor& cursor) {
    auto query =
        database.query("SELECT received_at FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1");
    if (!query.bind(cursor.position).step()) return;
    if (query.integer(0) > cursor.reached_at) cursor = {};
}

Piece purge_events(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    return walk(database, Category::events, cutoff, cursor, rows);
}

Piece purge_telemetry(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    return walk(database, Category::telemetry, cutoff, cursor, rows);
}

Piece purge_errors(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    return walk(database, Category::errors, cutoff, cursor, rows);
}

}  // namespace drawbridge::privacy
