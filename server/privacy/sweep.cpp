#include "privacy/sweep.h"

#include "privacy/purgers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace drawbridge::privacy {
namespace {

using Clock = std::chrono::steady_clock;

constexpr base::UnixMs kSweepEvery = base::kDayMs;
// Between two looks at the clock.
constexpr int kRowsAtOnce = 64;

constexpr std::array kPurgers{
    Purger{Category::events, begin_events, purge_events},
    Purger{Category::telemetry, begin_events, purge_telemetry},
    Purger{Category::errors, begin_events, purge_errors},
    Purger{Category::samples, begin_anew, purge_samples},
    Purger{Category::expired_bans, begin_anew, purge_expired_bans},
    Purger{Category::lifted_bans, begin_anew, purge_lifted_bans},
    Purger{Category::cases, begin_anew, purge_cases},
    Purger{Category::appeals, begin_anew, purge_appeals},
    Purger{Category::names, begin_anew, purge_names},
    Purger{Category::sightings, begin_anew, purge_sightings},
    Purger{Category::requests, begin_anew, purge_requests},
};

Cursor load_cursor(store::Database& database, Category category) {
    auto query = database.query("SELECT position, reached_at FROM purges WHERE category = ?");
    if (!query.bind(rule_of(category).name).step()) return {};
    return {query.integer(0), query.integer(1)};
}

void save(
    store::Database& database,
    Category category,
    const Cursor& cursor,
    std::int64_t deleted
) {
    database
        .query(
            "INSERT INTO purges(category, position, reached_at, deleted, reported) "
            "VALUES(?1, ?2, ?3, ?4, 0) ON CONFLICT(category) DO UPDATE SET "
            "position = ?2, reached_at = ?3, deleted = deleted + ?4"
        )
        .bind(rule_of(category).name)
        .bind(cursor.position)
        .bind(cursor.reached_at)
        .bind(deleted)
        .run();
}

void save_end(store::Database& database, Category category, const SweepState& state) {
    database.query("UPDATE purges SET oldest_at = ?, swept_at = ? WHERE category = ?")
        .bind(state.oldest)
        .bind(state.began_at)
        .bind(rule_of(category).name)
        .run();
}

void note_oldest(SweepState& state, const Piece& piece) {
    if (!piece.oldest) return;
    state.oldest = std::min(state.oldest.value_or(*piece.oldest), *piece.oldest);
}

/// True: nothing of this category is left to do.
bool purge_category(
    store::Database& database,
    const Purger& purger,
    base::UnixMs cutoff,
    SweepState& state,
    Clock::time_point until
) {
    auto cursor = load_cursor(database, purger.category);
    if (!state.is_category_begun) {
        purger.begin(database, cursor);
        state.is_category_begun = true;
    }
    std::int64_t deleted = 0;
    Piece piece;
    do {
        piece = purger.run(database, cutoff, cursor, kRowsAtOnce);
        deleted += piece.deleted;
        note_oldest(state, piece);
    } while (!piece.is_done && Clock::now() < until);
    save(database, purger.category, cursor, deleted);
    if (!piece.is_done) return false;
    save_end(database, purger.category, state);
    state.is_category_begun = false;
    state.oldest.reset();
    return true;
}

/// What no sweep has reported yet, one that a crash ended included.
std::string report(store::Database& database) {
    std::string text;
    for (const auto& purger : kPurgers) {
        const auto name = rule_of(purger.category).name;
        auto query = database.query("SELECT deleted - reported FROM purges WHERE category = ?");
        if (!query.bind(name).step() || query.integer(0) == 0) continue;
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, query.integer(0));
    }
    database.query("UPDATE purges SET reported = deleted WHERE reported < deleted").run();
    return text;
}

bool is_due(const SweepState& state, base::UnixMs now) {
    // Further ahead than a sweep plans: the clock was set back.
    return now >= state.next_at || state.next_at - now > kSweepEvery;
}

}  // namespace

SweepStep continue_sweep(
    store::Database& database,
    const Periods& periods,
    SweepState state,
    base::UnixMs now,
    Clock::time_point until
) {
    if (state.began_at == 0) {
        if (!is_due(state, now)) return {state, false, std::nullopt};
        state = {now, now + kSweepEvery, 0, false, std::nullopt};
    }
    for (; state.category < kPurgers.size(); ++state.category) {
        const auto& purger = kPurgers.at(state.category);
        const auto period = periods.of(purger.category);
        if (!period) continue;
        if (!purge_category(database, purger, state.began_at - *period, state, until)) {
            return {state, true, std::nullopt};
        }
    }
    state.began_at = 0;
    return {state, false, report(database)};
}

std::vector<SweepRecord> sweep_records(store::Database& database) {
    std::vector<SweepRecord> records;
    for (const auto& purger : kPurgers) {
        auto& record = records.emplace_back();
        record.category = purger.category;
        auto query =
            database.query("SELECT deleted, oldest_at, swept_at FROM purges WHERE category = ?");
        if (!query.bind(rule_of(purger.category).name).step()) continue;
        record.deleted = query.integer(0);
        record.oldest_at = query.optional_integer(1);
        record.swept_at = query.optional_integer(2);
    }
    return records;
}

}  // namespace drawbridge::privacy
