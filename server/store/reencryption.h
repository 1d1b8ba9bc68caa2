// Re-encryption: every sealed cell and every blind index under new keys, row by row in small steps
// beside the requests. Each step is part of a transaction; where it stands is in the table
// `reencryption`, so that a kill costs nothing. Old keys are destroyed once a whole walk has found
// no cell under them.
#pragma once

#include "base/clock.h"
#include "store/columns.h"
#include "store/database.h"
#include "store/key_ring.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace drawbridge::store {

/// The one under way, or the last one that was finished.
struct Reencryption {
    base::UnixMs started_at = 0;
    std::optional<base::UnixMs> finished_at;
    bool is_checking = false;    // all was rewritten; it is looked through once more
    std::int64_t rewritten = 0;  // cells
    std::int64_t total = 0;      // cells there were at the beginning
    std::string_view column;     // where it is, as the registry names it; empty: nowhere
};

/// In hundredths; 100 when it is finished, and not before.
[[nodiscard]] int percent_of(const Reencryption& reencryption);

/// Nothing: there never was one. Thread of the connection.
[[nodiscard]] std::optional<Reencryption> read_reencryption(Database& database);

/// Cells of all sealed columns. Walks whole tables: for a connection that only reads.
[[nodiscard]] std::int64_t count_cells(Database& database);

/// In a transaction of the store thread: makes the keys; `cells` (of count_cells) is what progress
/// is measured against. False, and nothing was changed: one is under way.
[[nodiscard]] bool
begin_reencryption(Database& database, KeyRing& keys, std::int64_t cells, base::UnixMs now);

/// A row of a sealed column, by the keys its scan orders by; by default the place before the first.
struct CellKey {
    std::variant<std::monostate, std::int64_t, std::string, Bytes> a;
    std::int64_t b = 0;
};

/// How far the walk that looks for cells under old keys has come; kept between steps in memory
/// only, since it is quick. Store thread.
struct CheckWalk {
    std::size_t column = 0;  // index in the registry
    CellKey after;
    std::int64_t found = 0;       // cells that had been missed, and were rewritten
    std::int64_t unreadable = 0;  // cells that were altered or whose key is gone: they stay so
};

struct ReencryptionStep {
    CheckWalk walk;  // to go on with, once this step is committed
    bool has_more = false;

    struct Finished {
        Reencryption record;
        int keys_destroyed = 0;
        std::int64_t unreadable = 0;
    };

    std::optional<Finished> finished;
};

/// In a transaction of the store thread, until about `until`. Does nothing when none is under way.
/// Throws StoreError.
[[nodiscard]] ReencryptionStep continue_reencryption(
    Database& database,
    KeyRing& keys,
    CheckWalk walk,
    base::UnixMs now,
    std::chrono::steady_clock::time_point until
);

}  // namespace drawbridge::store
