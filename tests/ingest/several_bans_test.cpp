// Players whom several bans name. Ban numbers are drawn at random, so each case is tried with many.
#include "ingest/town.h"

#include <doctest/doctest.h>

using namespace drawbridge;
using namespace drawbridge::test;
using base::kHourMs;

namespace {

constexpr int kPlayers = 10;

/// Alpha bans the player, who comes back there with a new licence that is banned as well.
struct Twice {
    Town town;
    std::string first;
    Someone back;

    explicit Twice(int player) {
        const Someone banned{.license = player, .discord = player, .tokens = machine(player)};
        (void)town.join(town.alpha, banned);
        (void)town.join(town.beta, banned);
        first = town.ban(town.alpha, banned);
        town.pass(kHourMs);
        back = {.license = 100 + player, .discord = player, .tokens = machine(player)};
        REQUIRE(town.refuses(town.alpha, back));
        town.pass(kHourMs);
    }
};

}  // namespace

TEST_CASE("of several bans that name a player the oldest is told") {
    for (int player = 1; player <= kPlayers; ++player) {
        Twice twice(player);
        const auto verdict = twice.town.fixture.join(twice.town.alpha, twice.back.json());
        CHECK(verdict.at("decision").as_string() == "ban");
        CHECK(verdict.at("code").as_string() == twice.first);
        CHECK(verdict.at("category").as_string() == "cheating");
    }
}

TEST_CASE("an owner learns whose a licence is, also where it is on the network's list already") {
    for (int player = 1; player <= kPlayers; ++player) {
        Twice twice(player);
        CHECK(twice.town.refuses(twice.town.beta, twice.back));
        twice.town.pass(kHourMs);
        // Nobody else was at this machine.
        CHECK(twice.town
                  .refuses(twice.town.beta, {.license = 200 + player, .tokens = machine(player)}));
    }
}
