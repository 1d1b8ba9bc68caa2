#include "privacy/purgers.h"

#include <algorithm>

namespace drawbridge::privacy {

// Server by server, at most `rows` hours of one at once: each has its hours in order.
Piece purge_samples(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    Piece piece;
    std::int64_t server = 0;
    std::int64_t oldest = 0;
    {
        auto query = database.query(
            "SELECT server_id, hour FROM samples WHERE server_id > ? ORDER BY server_id, hour "
            "LIMIT 1"
        );
        if (!query.bind(cursor.position).step()) {
            piece.is_done = true;
            return piece;
        }
        server = query.integer(0);
        oldest = query.integer(1);
    }
    const auto end = std::min(cutoff / base::kHourMs, oldest + rows);
    if (end > oldest) {
        piece.deleted = database.query("DELETE FROM samples WHERE server_id = ? AND hour < ?")
                            .bind(server)
                            .bind(end)
                            .run();
        return piece;  // this server again, to see what is the first hour now
    }
    piece.oldest = oldest * base::kHourMs;
    cursor.position = server;
    return piece;
}

}  // namespace drawbridge::privacy
