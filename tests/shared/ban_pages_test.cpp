#include "shared/ban_pages.h"

#include "shared/random_list.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace drawbridge;

TEST_CASE("ban pages: an empty list") {
    BanPages pages;
    CHECK(pages.at_end(pages.lower_bound({})));
    CHECK_FALSE(pages.find({1, 2}));
    CHECK_FALSE(pages.erase({1, 2}));
    CHECK(pages.size() == 0);
}

TEST_CASE("ban pages: random histories agree with a map") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        // Few prefixes fill a page with one prefix; many spread over thousands of pages.
        test::RandomList random(seed, seed % 2 == 0 ? 7 : 20'000);
        test::Model model;
        BanPages pages;
        for (int step = 0; step < 60'000; ++step) {
            // Grows, shrinks to nearly nothing, grows again.
            const unsigned add_percent = step < 25'000 || step > 50'000 ? 80 : 10;
            if (step % 10'000 == 0) REQUIRE(test::same(pages, model));
            const BanListEntry operation = random.operation(model, add_percent);
            const BanKey key = key_of(operation);
            if (operation.operation == BanOperation::add) {
                pages.put(operation);
            } else {
                REQUIRE(pages.erase(key));
            }
            REQUIRE(pages.size() == model.size());
            if (step % 7 == 0) REQUIRE(pages.find(key).has_value() == model.contains(key));
        }
        CHECK(test::same(pages, model));
        while (!model.empty()) {
            const auto key = model.begin()->first;
            REQUIRE(pages.erase(key) == model.begin()->second);
            model.erase(key);
        }
        CHECK(pages.at_end(pages.lower_bound({})));
    }
}

TEST_CASE("ban pages: append keeps the order or refuses") {
    BanPages pages;
    BanListEntry entry;
    entry.weight = 1;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        entry.ban_number = i;
        REQUIRE(pages.append(entry));
        CHECK_FALSE(pages.append(entry));
    }
    entry.ban_number = 5;
    CHECK_FALSE(pages.append(entry));
    CHECK(pages.size() == 1000);
    CHECK(pages.find(key_of(entry)) == entry);
}

// A worst case found by hand: removals out of half-full pages left an empty page in the middle.
TEST_CASE("ban pages: memory stays under 24 bytes an entry through growth and removal") {
    test::RandomList random(9, UINT64_MAX);
    BanPages pages;
    std::vector<BanListEntry> all;
    const auto bytes_an_entry = [&pages] {
        return static_cast<double>(pages.memory_bytes()) / static_cast<double>(pages.size());
    };
    double worst = 0;
    for (std::size_t i = 0; i < 200'000; ++i) {
        all.push_back(random.entry());
        pages.put(all.back());
        if (i > 20'000 && i % 1000 == 0) worst = std::max(worst, bytes_an_entry());
    }
    std::shuffle(all.begin(), all.end(), std::mt19937_64(1));
    for (std::size_t i = 0; i < 150'000; ++i) {
        REQUIRE(pages.erase(key_of(all[i])));
        if (i % 1000 == 0) worst = std::max(worst, bytes_an_entry());
    }
    CAPTURE(worst);
    CHECK(worst < 24);
    BanKey last{};
    std::size_t counted = 0;
    for (auto at = pages.lower_bound({}); !pages.at_end(at); at = pages.next(at), ++counted) {
        if (counted > 0) REQUIRE(last < pages.key(at));
        last = pages.key(at);
    }
    CHECK(counted == 50'000);
}
