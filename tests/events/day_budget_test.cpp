#include "events/day_budget.h"

#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

using namespace drawbridge;
using base::kDayMs;
using events::DayBudget;

namespace {

constexpr base::UnixMs kDay = 20'000 * kDayMs;

/// Servers 1 and 2 of owner 1, server 3 of owner 2; all of no slots, so that 200 persons fit.
struct Town {
    test::TempFolder folder;
    store::Database database{folder / "a.db", store::Database::Mode::read_write};

    Town() {
        store::migrate(database, store::MasterKey::create(folder / "master.key"));
        database.execute(
            "INSERT INTO owners(id, public_id, name, name_idx, created_at) VALUES "
            "(1, 'own_a', x'01', x'01', 1), (2, 'own_b', x'02', x'02', 1);"
            "INSERT INTO servers(id, public_id, name, name_idx, owner_id, mode, created_at, "
            "max_players) VALUES (1, 'srv_a', x'01', x'01', 1, 2, 1, 0), "
            "(2, 'srv_b', x'02', x'02', 1, 2, 1, 0), (3, 'srv_c', x'03', x'03', 2, 2, 1, 0);"
        );
    }

    void spend(std::int64_t row, std::int64_t persons, base::UnixMs now = kDay) {
        const auto server = of(row);
        for (std::int64_t profile = 1; profile <= persons; ++profile) {
            DayBudget(database, server, kOwners, now).spend(profile);
        }
    }

    std::optional<events::PersonLimit> used_up(std::int64_t row, base::UnixMs now = kDay) {
        const auto server = of(row);
        return DayBudget(database, server, kOwners, now).used_up();
    }

    static auth::Server of(std::int64_t row) {
        auth::Server server;
        server.row = row;
        server.id = row == 1 ? "srv_a" : row == 2 ? "srv_b" : "srv_c";
        server.owner_row = row == 3 ? 2 : 1;
        server.owner_id = row == 3 ? "own_b" : "own_a";
        return server;
    }

    static constexpr std::int64_t kOwners = 250;
};

}  // namespace

TEST_CASE("24 for each slot, and room for a small server; 64 slots when it has not said") {
    CHECK(events::daily_budget(0) == 200);
    CHECK(events::daily_budget(48) == 1352);
    CHECK(events::daily_budget(std::nullopt) == events::daily_budget(64));
}

TEST_CASE("a server has room for so many persons, each counted once") {
    Town town;
    town.spend(1, 199);
    town.spend(1, 199);
    CHECK_FALSE(town.used_up(1));
    town.spend(1, 200);
    REQUIRE(town.used_up(1));
    CHECK_FALSE(town.used_up(1)->is_owners);
    CHECK(town.used_up(1)->persons == 200);
    CHECK_FALSE(town.used_up(2));
}

TEST_CASE("the servers of an owner together have room for so many") {
    Town town;
    town.spend(1, 150);
    town.spend(2, 99);
    CHECK_FALSE(town.used_up(1));
    town.spend(2, 100);
    for (const std::int64_t server : {1, 2}) {
        REQUIRE(town.used_up(server));
        CHECK(town.used_up(server)->is_owners);
        CHECK(town.used_up(server)->persons == Town::kOwners);
    }
    CHECK_FALSE(town.used_up(3));
}

TEST_CASE("another day begins anew, and one of before is as it was") {
    Town town;
    town.spend(1, 200);
    CHECK_FALSE(town.used_up(1, kDay + kDayMs));
    town.spend(1, 3, kDay + kDayMs);
    CHECK(town.used_up(1, kDay + kDayMs - 1));
}

TEST_CASE("who is among today's persons of a server") {
    Town town;
    town.spend(1, 3);
    const auto server = Town::of(1);
    CHECK(DayBudget(town.database, server, 1, kDay).holds(3));
    CHECK_FALSE(DayBudget(town.database, server, 1, kDay).holds(4));
    CHECK_FALSE(DayBudget(town.database, server, 1, kDay + kDayMs).holds(3));
}

TEST_CASE("a limit is noted once a day, a server's and its owner's apart") {
    Town town;
    const auto server = Town::of(1);
    const auto note = [&](bool is_owners, base::UnixMs now) {
        return DayBudget(town.database, server, Town::kOwners, now).note({is_owners, 7});
    };
    const auto trip = note(false, kDay + 5);
    REQUIRE(trip);
    CHECK(trip->id == "srv_a");
    CHECK(trip->limit.persons == 7);
    CHECK(trip->at == kDay + 5);
    CHECK_FALSE(note(false, kDay + 6));
    REQUIRE(note(true, kDay + 6));
    CHECK_FALSE(note(true, kDay + 7));
    CHECK(note(false, kDay + kDayMs));
    CHECK(note(true, kDay + kDayMs)->id == "own_a");
}
