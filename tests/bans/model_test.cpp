// Random histories of a network against the reference model; after each step every published list
// is compared, and what clients hold of it.
//   DRAWBRIDGE_MODEL_SEED=N    this history alone
//   DRAWBRIDGE_MODEL_SEEDS=N   so many (6)
//   DRAWBRIDGE_MODEL_STEPS=N   steps of each (300)
#include "bans/history.h"
#include "shared/encoding.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace drawbridge;

namespace {

constexpr std::uint64_t kSeeds = 6;
constexpr std::uint64_t kSteps = 300;

std::optional<std::uint64_t> from_environment(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr) return std::nullopt;
    const auto number = parse_decimal(text);
    REQUIRE_MESSAGE(number, std::string(name));
    return number;
}

void run(std::uint64_t seed, std::uint64_t steps, std::map<std::string, int>& tally) {
    test::History history(seed);
    INFO("DRAWBRIDGE_MODEL_SEED=" << seed << "\n" << history.told());
    for (std::uint64_t step = 0; step < steps; ++step) {
        history.step();
    }
    for (const auto& [what, times] : history.tally()) {
        tally[what] += times;
    }
}

}  // namespace

TEST_CASE("random histories publish what the reference model lists") {
    const auto steps = from_environment("DRAWBRIDGE_MODEL_STEPS").value_or(kSteps);
    std::map<std::string, int> tally;
    if (const auto seed = from_environment("DRAWBRIDGE_MODEL_SEED")) {
        run(*seed, steps, tally);
        return;
    }
    const auto seeds = from_environment("DRAWBRIDGE_MODEL_SEEDS").value_or(kSeeds);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        run(seed, steps, tally);
    }
    // A history that never came to these would prove nothing of them.
    for (const char* what :
         {"ban",
          "banned already",
          "breaker",
          "following",
          "followed",
          "followed, refused",
          "unban",
          "unban, unknown",
          "unban with followers",
          "ended with followers",
          "approve, done",
          "approve, refused",
          "submit, done",
          "confirm, done",
          "confirm, refused",
          "reject, done",
          "reject, refused",
          "escalate, done",
          "escalate, refused",
          "lift, done",
          "lift, refused",
          "overturn, done",
          "keep, done",
          "keep, refused",
          "superseded",
          "superseded, refused",
          "superseded and extended",
          "appeal",
          "appeal lifted",
          "revoked",
          "link, done",
          "link, refused",
          "link, followed",
          "unlink, done",
          "unlink, refused",
          "unlink, lifted",
          "detach, done",
          "detach, refused",
          "split, done",
          "split, refused",
          "undo, done",
          "undo, refused",
          "undo, lifted",
          "let in",
          "join, refused by staff's word",
          "suspended, refused",
          "clock",
          "restart"}) {
        CHECK_MESSAGE(tally[what] > 0, std::string(what));
    }
}
