#include "auth/replay_window.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <set>

using drawbridge::auth::CounterWindow;
using drawbridge::auth::ReplayState;
using drawbridge::base::kDayMs;
using drawbridge::base::Outcome;

namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::uint64_t kEpoch = 1'800'000'000'000;

}  // namespace

TEST_CASE("a counter is admitted once") {
    CounterWindow window;
    CHECK(window.admit(1));
    CHECK_FALSE(window.admit(1));
    CHECK(window.admit(3));
    CHECK(window.admit(2));
    CHECK_FALSE(window.admit(2));
    CHECK_FALSE(window.admit(0));
}

TEST_CASE("the window spans exactly 8,192 counters") {
    CounterWindow window;
    REQUIRE(window.admit(10'000));
    CHECK(window.admit(10'000 - 8'191));
    CHECK_FALSE(window.admit(10'000 - 8'192));
    CHECK_FALSE(window.admit(1));
}

TEST_CASE("a far jump clears what was behind it, and only that") {
    CounterWindow window;
    for (std::uint64_t counter = 1; counter <= 300; ++counter)
        REQUIRE(window.admit(counter));
    REQUIRE(window.admit(1'000'000));
    CHECK_FALSE(window.admit(300));
    CHECK(window.admit(999'999));
    CHECK(window.admit(1'000'000 - 8'191));
    CHECK_FALSE(window.admit(999'999));
}

TEST_CASE("against a plain model, over random walks around the word borders") {
    std::mt19937_64 random(7);  // NOLINT(cert-msc51-cpp): the same walk every time
    for (int round = 0; round < 20; ++round) {
        CounterWindow window;
        std::set<std::uint64_t> seen;
        std::uint64_t highest = 0;
        for (int step = 0; step < 4000; ++step) {
            const auto span = random() % 4 == 0 ? 9000 : 70;
            const auto back = random() % span;
            const auto base = highest + random() % 40;
            const auto counter = base > back ? base - back : 1;
            const bool fresh = !seen.contains(counter) && counter + CounterWindow::kSpan > highest;
            REQUIRE(window.admit(counter) == fresh);
            if (!fresh) continue;
            seen.insert(counter);
            highest = std::max(highest, counter);
        }
    }
}

TEST_CASE("after a start every remembered epoch is closed") {
    ReplayState state(kEpoch);
    const auto same = state.admit(kEpoch, 1, kNow);
    CHECK(same.outcome == Outcome::stale_epoch);
    CHECK(same.highest_epoch == kEpoch);
    CHECK(state.admit(kEpoch - 1, 1, kNow).outcome == Outcome::stale_epoch);
    CHECK(state.admit(kEpoch + 1, 1, kNow).outcome == Outcome::accepted);
}

TEST_CASE("a new epoch closes the one before, and both kinds of repeat are told apart") {
    ReplayState state;
    CHECK(state.admit(kEpoch, 1, kNow).outcome == Outcome::accepted);
    CHECK(state.admit(kEpoch, 1, kNow).outcome == Outcome::replayed);
    CHECK(state.admit(kEpoch + 5, 1, kNow).outcome == Outcome::accepted);
    CHECK(state.admit(kEpoch, 2, kNow).outcome == Outcome::stale_epoch);
}

TEST_CASE("an epoch may be a day ahead and no more") {
    ReplayState state;
    const auto limit = static_cast<std::uint64_t>(kNow + kDayMs);
    CHECK(state.admit(limit + 1, 1, kNow).outcome == Outcome::epoch_ahead);
    CHECK(state.admit(limit, 1, kNow).outcome == Outcome::accepted);
}

TEST_CASE("a clock that jumped back locks nobody out: the next epoch may be above the highest") {
    const auto highest = static_cast<std::uint64_t>(kNow + kDayMs);
    ReplayState state(highest);
    const auto now = kNow - kDayMs;
    CHECK(state.admit(highest, 1, now).outcome == Outcome::stale_epoch);
    CHECK(state.admit(highest + kDayMs + 1, 1, now).outcome == Outcome::epoch_ahead);
    CHECK(state.admit(highest + 1, 1, now).outcome == Outcome::accepted);
}

TEST_CASE("requests ask for a commit until their epoch is durable") {
    ReplayState state;
    CHECK(state.admit(kEpoch, 1, kNow).commit_epoch);
    CHECK(state.admit(kEpoch, 2, kNow).commit_epoch);
    state.made_durable(kEpoch);
    CHECK_FALSE(state.admit(kEpoch, 3, kNow).commit_epoch);
    CHECK(state.admit(kEpoch + 1, 1, kNow).commit_epoch);
    state.made_durable(kEpoch);  // a late commit of the older epoch says nothing of the newer
    CHECK(state.admit(kEpoch + 1, 2, kNow).commit_epoch);
}
