#include "privacy/purgers.h"

namespace drawbridge::privacy {

// Rows stand in the order of their time: from the beginning to the first that is young enough.
Piece purge_requests(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows) {
    Piece piece;
    piece.deleted = database
                        .query(
                            "DELETE FROM requests WHERE id IN (SELECT id FROM requests ORDER BY id "
                            "LIMIT ?) AND at < ?"
                        )
                        .bind(std::int64_t{rows})
                        .bind(cutoff)
                        .run();
    piece.is_done = piece.deleted < rows;
    auto first = database.query("SELECT id, at FROM requests ORDER BY id LIMIT 1");
    if (first.step()) {
        cursor = {first.integer(0), first.integer(1)};
        if (piece.is_done) piece.oldest = first.integer(1);
    }
    return piece;
}

}  // namespace drawbridge::privacy
