// A sweep deletes what is past its time in every configured category: at start and once a day, in
// pieces of a few milliseconds between the requests.
#pragma once

#include "base/clock.h"
#include "privacy/retention.h"
#include "store/database.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::privacy {

/// Where the sweep under way stands; in memory only, a start begins a new one. A value, so that
/// what a transaction did not commit is forgotten with it.
struct SweepState {
    base::UnixMs began_at = 0;  // 0: none is under way
    base::UnixMs next_at = 0;
    std::size_t category = 0;
    bool is_category_begun = false;
    std::optional<base::UnixMs> oldest;  // of the category under way
};

struct SweepStep {
    SweepState state;
    bool has_more = false;
    /// With the last step: how much it deleted by category, "events 12, telemetry 3400"; empty when
    /// nothing.
    std::optional<std::string> finished;
};

/// Goes on until `until`, or a piece beyond it. Store thread, inside a transaction.
[[nodiscard]] SweepStep continue_sweep(
    store::Database& database,
    const Periods& periods,
    SweepState state,
    base::UnixMs now,
    std::chrono::steady_clock::time_point until
);

/// What the sweeps so far came to.
struct SweepRecord {
    Category category = Category::events;
    std::int64_t deleted = 0;               // ever
    std::optional<base::UnixMs> oldest_at;  // nothing older was left by the last sweep
    std::optional<base::UnixMs> swept_at;   // the last that ended; nothing: none yet
};

/// Of every category that sweeps purge, in their order. Thread of the connection.
[[nodiscard]] std::vector<SweepRecord> sweep_records(store::Database& database);

}  // namespace drawbridge::privacy
