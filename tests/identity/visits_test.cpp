#include "identity/visits.h"

#include "store/key_ring.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <set>

using namespace drawbridge;
using identity::Player;
using identity::VisitKey;
using identity::Visits;

namespace {

constexpr base::UnixMs kNow = 20'000 * base::kDayMs;

Tag tag(std::uint8_t first) {
    Tag made{};
    made.fill(first);
    return made;
}

Player player() {
    return {
        {{IdentifierType::license, tag(1)}, {IdentifierType::discord, tag(2)}},
        {tag(3), tag(4)},
        "Made Up"};
}

VisitKey numbered(std::uint64_t number) {
    VisitKey key{};
    std::memcpy(key.data(), &number, sizeof number);
    return key;
}

struct Keys {
    test::TempFolder folder;
    store::Database database{folder / "a.db", store::Database::Mode::read_write};
    store::MasterKey master = store::MasterKey::create(folder / "master.key");
    std::unique_ptr<store::Sealer> sealer;

    Keys() {
        store::migrate(database, master);
        sealer = std::make_unique<store::Sealer>(database, master);
    }

    VisitKey operator()(const Player& of, std::int64_t server = 1) const {
        return identity::visit_key(*sealer, server, of);
    }
};

}  // namespace

TEST_CASE("every part of what a server says of a player makes another key") {
    const Keys keys;
    std::set<VisitKey> seen{keys(player()), keys(player(), 2)};
    const auto changed = [&](auto&& change) {
        auto other = player();
        change(other);
        seen.insert(keys(other));
    };
    changed([](Player& other) { other.name = "Made Down"; });
    changed([](Player& other) { other.tags[0].tag = tag(9); });
    changed([](Player& other) { other.tags[1].type = IdentifierType::steam; });
    changed([](Player& other) { other.tags.pop_back(); });
    changed([](Player& other) { other.tokens.pop_back(); });
    changed([](Player& other) { other.tokens.push_back(tag(5)); });
    CHECK(seen.size() == 8);
    CHECK(keys(player()) == keys(player()));
}

TEST_CASE("a visit is known on its day, until all are forgotten") {
    Visits visits;
    CHECK_FALSE(visits.find(numbered(7), kNow));
    visits.add({numbered(7), 42}, kNow);
    CHECK(visits.find(numbered(7), kNow + base::kDayMs - 1) == 42);
    CHECK_FALSE(visits.find(numbered(7), kNow + base::kDayMs));
    CHECK_FALSE(visits.find(numbered(7), kNow - 1));
    CHECK_FALSE(visits.find(numbered(8), kNow));
    visits.clear();
    CHECK_FALSE(visits.find(numbered(7), kNow));
}

TEST_CASE("yesterday's visits make room for today's") {
    Visits visits;
    visits.add({numbered(1), 1}, kNow);
    visits.add({numbered(2), 2}, kNow + base::kDayMs);
    CHECK(visits.size() == 1);
    CHECK(visits.find(numbered(2), kNow + base::kDayMs) == 2);
}

TEST_CASE("they stay within their bound") {
    Visits visits;
    for (std::uint64_t i = 0; i <= Visits::kMost; ++i) {
        visits.add({numbered(i), 1}, kNow);
    }
    CHECK(visits.size() == 1);
    CHECK(visits.find(numbered(Visits::kMost), kNow) == 1);
}
