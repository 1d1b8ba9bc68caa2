// A Rockstar account that was sold: its seller and its buyer are two persons.
#include "ingest/town.h"

#include <doctest/doctest.h>

using namespace drawbridge;
using namespace drawbridge::test;
using base::kDayMs;

TEST_CASE("a sold Rockstar account: neither its seller nor its buyer is the other") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .discord = 1, .steam = 1, .tokens = machine(1)});
    town.pass(kDayMs);
    const Someone buyer{.license = 1, .discord = 2, .tokens = machine(2)};
    (void)town.join(town.alpha, buyer);
    town.pass(kDayMs);
    const Someone seller{.license = 3, .discord = 1, .steam = 1, .tokens = machine(1)};
    SUBCASE("the seller, who bought himself another one before the ban") {
        (void)town.join(town.alpha, seller);
        (void)town.ban(town.alpha, buyer);
    }
    SUBCASE("the seller, who does so after the ban") {
        (void)town.ban(town.alpha, buyer);
        town.pass(20 * kDayMs);
    }
    CHECK(town.refuses(town.alpha, buyer));
    CHECK(town.join(town.alpha, seller) == "watch");
    // Who is banned is the buyer.
    CHECK(town.refuses(town.alpha, {.license = 4, .discord = 2, .tokens = machine(4)}));
}

TEST_CASE("a sold Rockstar account: the buyer, when the seller is banned under his next one") {
    Town town;
    const Someone seller{.license = 3, .discord = 1, .tokens = machine(1)};
    (void)town.join(town.alpha, {.license = 1, .discord = 1, .tokens = machine(1)});
    town.pass(kDayMs);
    (void)town.join(town.alpha, seller);
    Someone buyer{.license = 1, .tokens = machine(2)};
    SUBCASE("who has a Discord account of his own") {
        buyer.discord = 2;
    }
    SUBCASE("who has none") {}
    CHECK(town.join(town.alpha, buyer) == "allow");
    (void)town.ban(town.alpha, seller);
    CHECK(town.join(town.alpha, buyer) == "watch");
    // The seller, should he still have the licence: his Discord is named.
    CHECK(town.refuses(town.alpha, {.license = 1, .discord = 1, .tokens = machine(5)}));
}

TEST_CASE("a sold Rockstar account: the buyer, whose own earlier account nobody banned") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .steam = 1, .tokens = machine(1)});
    const Someone earlier{.license = 5, .discord = 5, .tokens = machine(5)};
    (void)town.join(town.alpha, earlier);
    town.pass(kDayMs);
    const Someone seller{.license = 3, .steam = 1, .tokens = machine(1)};
    const Someone buyer{.license = 1, .discord = 5, .tokens = machine(5)};
    (void)town.join(town.alpha, seller);
    (void)town.join(town.alpha, buyer);
    (void)town.ban(town.alpha, seller);
    town.pass(kDayMs);
    CHECK(town.refuses(town.alpha, seller));
    CHECK(town.join(town.alpha, buyer) == "watch");
    CHECK(town.join(town.alpha, earlier) == "watch");
    // The seller's next one has his Steam.
    CHECK(town.refuses(town.alpha, {.license = 6, .steam = 1, .tokens = machine(7)}));
}

TEST_CASE("several accounts of which the ban names none were the seller's") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .discord = 1, .steam = 1, .tokens = machine(1)});
    town.pass(kDayMs);
    const Someone buyer{.license = 1, .tokens = machine(2)};
    (void)town.join(town.alpha, buyer);
    (void)town.ban(town.alpha, buyer);
    CHECK(town.join(town.alpha, {.license = 2, .discord = 1, .steam = 1}) == "watch");
    // One alone may have been closed when he was banned.
    CHECK(town.refuses(town.alpha, {.license = 3, .discord = 1}));
}

TEST_CASE("one account in common, of another machine with accounts of its own, was the seller's") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .discord = 1, .tokens = machine(1)});
    town.pass(kDayMs);
    Someone buyer{.license = 1, .tokens = machine(2)};
    Someone seller{.license = 3, .discord = 1, .tokens = machine(1)};
    bool is_seller = true;
    SUBCASE("the buyer has Steam") {
        buyer.steam = 2;
    }
    SUBCASE("nothing is known of the buyer") {
        is_seller = false;
    }
    SUBCASE("the machine of the other is not known") {
        buyer.steam = 2;
        seller.tokens = {};
        is_seller = false;
    }
    SUBCASE("it is the same machine") {
        buyer.steam = 2;
        seller.tokens = machine(2);
        is_seller = false;
    }
    (void)town.join(town.alpha, buyer);
    (void)town.ban(town.alpha, buyer);
    town.pass(kDayMs);
    CHECK(town.join(town.alpha, seller) == (is_seller ? "watch" : "ban"));
}

TEST_CASE("a ban that names nothing but the licence leaves the evidence as it is") {
    Town town;
    (void)town.join(town.alpha, {.license = 1, .discord = 1});
    (void)town.join(town.alpha, {.license = 1, .discord = 2});
    (void)town.ban(town.alpha, {.license = 1});
    CHECK(town.refuses(town.alpha, {.license = 2, .discord = 1}));
    // A hostile owner's ban beside it does not make it another's.
    (void)town.ban(town.gamma, {.license = 1, .discord = 9});
    CHECK(town.refuses(town.alpha, {.license = 3, .discord = 1}));
}

TEST_CASE("staff's word stands above what a ban names") {
    Town town;
    const Someone seller{.license = 3, .discord = 1};
    (void)town.join(town.alpha, {.license = 1, .discord = 1});
    (void)town.join(town.alpha, {.license = 1, .discord = 2});
    (void)town.ban(town.alpha, {.license = 1, .discord = 2});
    CHECK(town.join(town.alpha, seller) == "watch");
    town.link(1, 3);
    CHECK(town.refuses(town.alpha, seller));
}
