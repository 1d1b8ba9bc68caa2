// One function for each category that a sweep purges. Each looks at some rows in an order that
// needs no index of its own, deletes those past their time, and says where it stopped.
#pragma once

#include "base/clock.h"
#include "privacy/retention.h"
#include "store/database.h"

#include <cstdint>
#include <optional>

namespace drawbridge::privacy {

/// Everything up to `position` (a rowid, or what the purger walks by) has been looked at;
/// `reached_at` is the time of the last row of it.
struct Cursor {
    std::int64_t position = 0;
    base::UnixMs reached_at = 0;
};

struct Piece {
    std::int64_t deleted = 0;
    bool is_done = false;                // nothing past its time is left
    std::optional<base::UnixMs> oldest;  // of the rows that were seen and stay
};

struct Purger {
    Category category;
    /// Brings the cursor of the last sweep to where this one begins.
    void (*begin)(store::Database& database, Cursor& cursor);
    /// Looks at about `rows` rows and deletes those from before `cutoff`.
    Piece (*run)(store::Database& database, base::UnixMs cutoff, Cursor& cursor, int rows);
};

// events: in the order of receipt.
void begin_events(store::Database& database, Cursor& cursor);
[[nodiscard]] Piece purge_events(store::Database&, base::UnixMs cutoff, Cursor& cursor, int rows);
[[nodiscard]] Piece purge_telemetry(store::Database&, base::UnixMs cutoff, Cursor&, int rows);
[[nodiscard]] Piece purge_errors(store::Database&, base::UnixMs cutoff, Cursor& cursor, int rows);

// Small tables, looked through from their beginning.
void begin_anew(store::Database& database, Cursor& cursor);
[[nodiscard]] Piece purge_expired_bans(store::Database&, base::UnixMs cutoff, Cursor&, int rows);
[[nodiscard]] Piece purge_lifted_bans(store::Database&, base::UnixMs cutoff, Cursor&, int rows);
[[nodiscard]] Piece purge_cases(store::Database&, base::UnixMs cutoff, Cursor& cursor, int rows);
[[nodiscard]] Piece purge_appeals(store::Database&, base::UnixMs cutoff, Cursor&, int rows);
[[nodiscard]] Piece purge_names(store::Database&, base::UnixMs cutoff, Cursor& cursor, int rows);
[[nodiscard]] Piece purge_requests(store::Database&, base::UnixMs cutoff, Cursor&, int rows);
[[nodiscard]] Piece purge_samples(store::Database&, base::UnixMs cutoff, Cursor&, int rows);
[[nodiscard]] Piece purge_sightings(store::Database&, base::UnixMs cutoff, Cursor&, int rows);

}  // namespace drawbridge::privacy
