// Who must not be refused, and who must: small made-up populations through the real gate
// (docs/evidence.md).
#include "ingest/town.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;
using base::kDayMs;
using base::kHourMs;

TEST_CASE("a new licence on the banned machine is refused there and where the machine is unknown") {
    Town town;
    const Someone before{.license = 1, .tokens = machine(1)};
    const Someone after{.license = 2, .tokens = machine(1)};
    (void)town.join(town.alpha, before);
    const auto code = town.ban(town.alpha, before);
    town.pass(kHourMs);
    const auto verdict = town.fixture.join(town.alpha, after.json());
    CHECK(verdict.at("decision") == "ban");
    CHECK(verdict.at("category") == "evasion");
    CHECK(verdict.at("code").as_string() != code);
    CHECK(
        boost::json::serialize(verdict.at("evidence")) ==
        R"([{"kind":"tokens","weight":110},{"kind":"returned","weight":79}])"
    );
    CHECK(town.refuses(town.beta, {.license = 2}));
    town.lift(code);
    for (auto* server : {&town.alpha, &town.beta}) {
        CHECK_FALSE(town.refuses(*server, before));
        CHECK_FALSE(town.refuses(*server, after));
    }
}

TEST_CASE("a new licence with an account of the banned one is refused on the owner's servers") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .discord = 1});
    (void)town.ban(town.alpha, {.license = 1});
    CHECK(town.refuses(town.alpha, {.license = 2, .discord = 1}));
    CHECK(town.refuses(town.alpha, {.license = 2}));
    // Nobody but alpha has seen the two together.
    CHECK(town.join(town.beta, {.license = 3, .discord = 1}) == "watch");
}

TEST_CASE("another account that was there before is refused with the banned one") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .discord = 1});
    (void)town.join(town.alpha, {.license = 2, .discord = 1});
    (void)town.ban(town.alpha, {.license = 1});
    // Linked by then: even without the account that gave it away.
    CHECK(town.refuses(town.alpha, {.license = 2}));
}

TEST_CASE("internet cafe: 200 players with one machine's tokens and one address") {
    Town town;
    const auto guest = [](int number) {
        return Someone{.license = number, .ip = 1, .tokens = machine(1)};
    };
    int refused = 0;
    for (int number = 1; number <= 200; ++number) {
        town.pass(kHourMs / 2);
        refused += town.refuses(town.alpha, guest(number)) ? 1 : 0;
        if (number == 20) (void)town.ban(town.alpha, guest(20));
    }
    CHECK(refused == 0);
    CHECK(town.refuses(town.alpha, guest(20)));
    CHECK_FALSE(town.refuses(town.alpha, guest(19)));
}

TEST_CASE("internet cafe whose first customer was banned: three are refused, never more") {
    Town town;
    const auto guest = [](int number) { return Someone{.license = number, .tokens = machine(1)}; };
    (void)town.join(town.alpha, guest(1));
    (void)town.ban(town.alpha, guest(1));
    int refused = 0;
    for (int number = 2; number <= 60; ++number) {
        town.pass(kHourMs);
        refused += town.refuses(town.alpha, guest(number)) ? 1 : 0;
    }
    CHECK(refused == 3);
}

TEST_CASE("cloud-gaming host: a few machines, everybody on any of them") {
    Town town;
    const auto guest = [](int number, int host) {
        return Someone{.license = number, .discord = number, .tokens = machine(host)};
    };
    int refused = 0;
    for (int turn = 0; turn < 90; ++turn) {
        town.pass(kHourMs);
        const auto someone = guest(1 + turn % 30, 1 + turn % 7);
        refused += town.refuses(town.alpha, someone) ? 1 : 0;
        if (turn == 60) (void)town.ban(town.alpha, guest(1 + turn % 30, 1));
    }
    CHECK(refused == 0);
}

TEST_CASE("household: one machine, one address, one console account") {
    Town town;
    const auto member = [](int number) {
        return Someone{
            .license = number,
            .discord = number,
            .xbl = number > 2 ? std::optional(1) : std::nullopt,
            .ip = 1,
            .tokens = machine(1)};
    };
    for (int number = 1; number <= 4; ++number) {
        (void)town.join(town.alpha, member(number));
    }
    town.pass(kDayMs);
    (void)town.ban(town.alpha, member(4));
    for (int day = 0; day < 10; ++day) {
        town.pass(kDayMs);
        for (int number = 1; number <= 3; ++number) {
            CHECK_FALSE(town.refuses(town.alpha, member(number)));
        }
        CHECK(town.refuses(town.alpha, member(4)));
    }
}

TEST_CASE("a newcomer at the machine of a household is watched, at that of one person refused") {
    for (const int members : {1, 3}) {
        Town town;
        for (int number = 1; number <= members; ++number) {
            (void)town.join(town.alpha, {.license = number, .tokens = machine(1)});
        }
        (void)town.ban(town.alpha, {.license = 1, .tokens = machine(1)});
        town.pass(kDayMs);
        const Someone newcomer{.license = 9, .tokens = machine(1)};
        CHECK(town.join(town.alpha, newcomer) == (members == 1 ? "ban" : "watch"));
    }
}

// No part of it with more than four, so that the parts by themselves would speak for one person.
TEST_CASE("a machine whose parts three others have had says nothing of the next") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .tokens = {0, 1, 2, 3, 4}});
    (void)town.join(town.alpha, {.license = 2, .tokens = {0, 1, 2}});
    (void)town.join(town.alpha, {.license = 3, .tokens = {2, 3, 4}});
    (void)town.join(town.alpha, {.license = 4, .tokens = {0, 1, 3}});
    (void)town.ban(town.alpha, {.license = 1, .tokens = {0, 1, 2, 3, 4}});
    town.pass(kDayMs);
    CHECK(town.join(town.alpha, {.license = 9, .tokens = {0, 1, 2, 3, 4}}) == "allow");
}

TEST_CASE("a sister who was there before, and plays with her brother's Discord open") {
    Town town;
    const Someone brother{.license = 1, .discord = 1, .tokens = machine(1)};
    (void)town.join(town.alpha, brother);
    (void)town.join(town.alpha, {.license = 2, .discord = 2, .tokens = machine(1)});
    town.pass(kHourMs);
    (void)town.ban(town.alpha, {.license = 1, .tokens = machine(1)});
    CHECK_FALSE(town.refuses(town.alpha, {.license = 2, .discord = 1, .tokens = machine(1)}));
}

TEST_CASE("addresses are no evidence: a university's one, and a new one every day") {
    Town town;
    for (int number = 1; number <= 100; ++number) {
        (void)town.join(town.alpha, {.license = number, .ip = 1, .tokens = machine(number)});
    }
    (void)town.ban(town.alpha, {.license = 7, .ip = 1, .tokens = machine(7)});
    for (int number = 1; number <= 110; ++number) {
        const Someone student{.license = number, .ip = 1, .tokens = machine(number)};
        CHECK(town.join(town.alpha, student) == (number == 7 ? "ban" : "allow"));
    }
    for (int day = 0; day < 30; ++day) {
        town.pass(kDayMs);
        CHECK(town.join(town.alpha, {.license = 200, .ip = day}) == "allow");
    }
}

TEST_CASE("second-hand machine: a buyer weeks later, or one who was known") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .tokens = machine(1)});
    (void)town.join(town.beta, {.license = 2, .discord = 2, .tokens = machine(2)});
    town.pass(kHourMs);
    (void)town.ban(town.alpha, {.license = 1, .tokens = machine(1)});
    town.pass(kDayMs);
    CHECK(town.join(town.alpha, {.license = 2, .discord = 2, .tokens = machine(1)}) == "watch");
    town.pass(45 * kDayMs);
    CHECK_FALSE(town.refuses(town.alpha, {.license = 3, .tokens = machine(1)}));
}

TEST_CASE("a part that was sold: two of five tokens") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .tokens = machine(1)});
    (void)town.ban(town.alpha, {.license = 1, .tokens = machine(1)});
    auto tokens = machine(2);
    tokens[0] = machine(1)[0];
    tokens[1] = machine(1)[1];
    CHECK_FALSE(town.refuses(town.alpha, {.license = 2, .tokens = tokens}));
}

TEST_CASE("Steam family share: the borrower has an account himself") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .steam = 1, .tokens = machine(1)});
    (void)town.join(town.alpha, {.license = 2, .steam = 2, .tokens = machine(2)});
    (void)town.ban(town.alpha, {.license = 1, .tokens = machine(1)});
    CHECK_FALSE(town.refuses(town.alpha, {.license = 2, .steam = 1, .tokens = machine(2)}));
}

TEST_CASE("a lent game: the borrower shows the lender's license2, and nothing else of his") {
    Town town;
    const Someone lender{.license = 1, .license2 = 1, .steam = 1, .tokens = machine(1)};
    const Someone borrower{.license = 2, .license2 = 1, .steam = 2, .tokens = machine(2)};
    (void)town.join(town.alpha, lender);
    (void)town.ban(town.alpha, lender);
    CHECK(town.refuses(town.alpha, lender));
    CHECK(town.join(town.alpha, borrower) == "watch");
    CHECK(town.join(town.beta, borrower) != "ban");
    // Another machine, but his own Steam account: that is himself.
    const Someone again{.license = 3, .license2 = 3, .steam = 1, .tokens = machine(3)};
    CHECK(town.refuses(town.alpha, again));
}

TEST_CASE("a reinstalled machine: three of five tokens, and all accounts new") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .tokens = machine(1)});
    (void)town.ban(town.alpha, {.license = 1, .tokens = machine(1)});
    town.pass(kDayMs);
    auto tokens = machine(1);
    tokens[3] = machine(2)[3];
    tokens[4] = machine(2)[4];
    CHECK(town.refuses(town.alpha, {.license = 2, .tokens = tokens}));
}

TEST_CASE("two who take turns at a machine are two, whoever came first") {
    Town town;
    const Someone cheater{.license = 1, .tokens = machine(1)};
    const Someone brother{.license = 2, .discord = 2, .tokens = machine(1)};
    (void)town.join(town.alpha, cheater);
    (void)town.ban(town.alpha, {.license = 1, .tokens = machine(1)});
    town.pass(kHourMs);
    (void)town.join(town.beta, {.license = 2, .discord = 2});
    town.pass(2 * kDayMs);
    CHECK(town.refuses(town.alpha, cheater));
    town.pass(kHourMs);
    CHECK(town.join(town.alpha, brother) == "watch");
}

TEST_CASE("a bought Rockstar account that many use: who buys his own is not refused") {
    Town town;
    for (int user = 1; user <= 4; ++user) {
        (void)town.join(town.alpha, {.license = 1, .discord = user, .tokens = machine(user)});
    }
    (void)town.ban(town.alpha, {.license = 1, .discord = 1, .tokens = machine(1)});
    CHECK(town.refuses(town.alpha, {.license = 1, .discord = 3, .tokens = machine(3)}));
    CHECK_FALSE(town.refuses(town.alpha, {.license = 5, .discord = 3, .tokens = machine(3)}));
}

TEST_CASE("who tries the banned account for weeks is none who comes back under another") {
    Town town;
    const Someone cheater{.license = 1, .tokens = machine(1)};
    (void)town.join(town.alpha, cheater);
    (void)town.ban(town.alpha, cheater);
    for (int day = 0; day < 21; ++day) {
        town.pass(kDayMs);
        CHECK(town.refuses(town.alpha, cheater));
    }
    town.pass(kHourMs);
    CHECK(town.join(town.alpha, {.license = 2, .tokens = machine(1)}) == "watch");
}

TEST_CASE("players without tokens have nothing in common") {
    Town town;
    (void)town.join(town.alpha, {.license = 1});
    (void)town.ban(town.alpha, {.license = 1});
    for (int number = 2; number <= 20; ++number) {
        CHECK(town.join(town.alpha, {.license = number, .ip = 1}) == "allow");
    }
}

TEST_CASE("hostile owner: invented joins link a stranger to a cheater before he is known") {
    Town town;
    (void)town.join(town.gamma, {.license = 1, .discord = 7, .steam = 7});
    (void)town.ban(town.alpha, {.license = 1});
    const Someone victim{.license = 7, .discord = 7, .steam = 7};
    CHECK_FALSE(town.refuses(town.alpha, victim));
    CHECK_FALSE(town.refuses(town.beta, victim));
    town.pass(kDayMs);
    CHECK_FALSE(town.refuses(town.alpha, victim));
}

TEST_CASE("hostile owner: invented joins link a stranger to a cheater after he is known") {
    Town town;
    const Someone victim{.license = 7, .discord = 7, .tokens = machine(7)};
    (void)town.join(town.beta, victim);
    (void)town.join(town.alpha, {.license = 1, .discord = 1});
    (void)town.ban(town.alpha, {.license = 1, .discord = 1});
    (void)town.join(town.gamma, {.license = 1, .discord = 7});
    (void)town.join(town.gamma, {.license = 7, .discord = 1});
    (void)town.join(town.gamma, {.license = 7, .tokens = machine(1)});
    CHECK_FALSE(town.refuses(town.beta, victim));
    CHECK_FALSE(town.refuses(town.alpha, victim));
}

TEST_CASE("hostile owner: a ban that names a cheater's licence and a stranger's Discord") {
    Town town;
    const Someone victim{.license = 7, .discord = 7};
    (void)town.join(town.beta, victim);
    (void)town.ban(town.gamma, {.license = 1, .discord = 7});
    (void)town.ban(town.alpha, {.license = 1});
    CHECK(town.refuses(town.beta, {.license = 1}));
    CHECK_FALSE(town.refuses(town.beta, victim));
    CHECK_FALSE(town.refuses(town.alpha, victim));
    CHECK_FALSE(town.refuses(town.beta, {.license = 8, .discord = 7}));
}

TEST_CASE("hostile owner: fifty invented joins make no banned account look shared") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .discord = 1});
    for (int number = 100; number < 150; ++number) {
        (void)town.join(town.gamma, {.license = number, .discord = 1});
        (void)town.join(town.gamma, {.license = 1, .discord = number});
    }
    (void)town.ban(town.alpha, {.license = 1});
    CHECK(town.refuses(town.beta, {.license = 1}));
    CHECK(town.refuses(town.alpha, {.license = 2, .discord = 1}));
}

TEST_CASE("an owner cannot lift what is not his") {
    Town town;
    const auto code = town.ban(town.alpha, {.license = 1});
    const auto unban = town.fixture.event(town.beta, "unban", fmt::format(R"("code":"{}")", code));
    CHECK(unban.at("code") == "unknown_code");
    CHECK(town.refuses(town.beta, {.license = 1}));
}

TEST_CASE("an evader with one new licence after another is refused three times, then watched") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .tokens = machine(1)});
    (void)town.ban(town.alpha, {.license = 1, .tokens = machine(1)});
    std::string decisions;
    for (int number = 2; number <= 6; ++number) {
        town.pass(kHourMs);
        decisions += town.join(town.alpha, {.license = number, .tokens = machine(1)}) + ' ';
    }
    CHECK(decisions == "ban ban ban watch watch ");
}
