#include "privacy/purgers.h"

#include <algorithm>
#include <vector>

namespace drawbridge::privacy {
namespace {

enum class Ended { by_people, by_time };

/// Numbers of bans::BanState; they are permanent.
bool is_ended(std::int64_t state, Ended how) {
    constexpr std::int64_t kLifted = 6;
    constexpr std::int64_t kExpired = 7;
    constexpr std::int64_t kSuperseded = 10;
    if (how == Ended::by_time) return state == kExpired;
    return state == kLifted || state == kSuperseded;
}

/// Walks the history by ban number, which is random: the whole table in each sweep. The changes of
/// a ban go with its row.
Piece walk(store::Database& database, Ended how, base::UnixMs cutoff, Cursor& cursor, int rows) {
    Piece piece;
    std::vector<std::int64_t> due;
    {
        auto query = database.query(
            "SELECT number, state, CASE state WHEN 7 THEN expires_at ELSE decided_at END "
            "FROM bans WHERE number > ? ORDER BY number LIMIT ?"
        );
        query.bind(cursor.position).bind(std::int64_t{rows});
        int seen = 0;
        for (; query.step(); ++seen) {
            cursor.position = query.integer(0);
            if (!is_ended(query.integer(1), how)) continue;
            const auto ended_at = query.integer(2);
            if (ended_at < cutoff) {
                due.push_back(cursor.position);
            } else {
                piece.oldest = std::min(piece.oldest.value_or(ended_at), ended_at);
            }
        }
        piece.is_done = seen < rows;
    }
    for (const auto number : due) {
        database.query("DELETE FROM bans WHERE number = ?").bind(number).run();
    }
    piece.deleted = static_cast<std::int64_t>(due.size());
    return piece;
}

}  // namespace

void begin_anew(store::Database&, Cursor& cursor) {
    cursor = {};
}

Piece purge_expired_bans(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    return walk(database, Ended::by_time, cutoff, cursor, rows);
}

Piece purge_lifted_bans(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    return walk(database, Ended::by_people, cutoff, cursor, rows);
}

}  // namespace drawbridge::privacy
