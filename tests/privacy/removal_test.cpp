#include "privacy/removal.h"

#include "auth/owners.h"
#include "bans/orphans.h"
#include "identity/sightings.h"
#include "privacy/town.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

using namespace drawbridge;
using drawbridge::test::Town;
using Names = std::set<std::string>;

namespace {

constexpr auto kNow = Town::kNow;

/// What a removal keeps of itself; and whose tokens it has revoked when it began, whose names the
/// audit goes on naming.
const Names kOwnTables{"removals", "removal_steps", "admins"};

/// Tables of a database made anew that hold something of a server or an owner.
Names tables_of_servers(store::Database& database) {
    Names tables{"servers", "owners"};
    auto query = database.query(
        "SELECT DISTINCT t.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c WHERE "
        "t.schema = 'main' AND c.name IN ('server_id', 'owner_id', 'list')"
    );
    while (query.step()) {
        tables.insert(query.text(0));
    }
    for (const auto& own : kOwnTables) {
        tables.erase(own);
    }
    return tables;
}

}  // namespace

TEST_CASE("every table of the schema that holds something of a server has its step, and no other") {
    Town town;
    Names steps;
    for (const auto& step : privacy::removal_steps()) {
        CHECK_MESSAGE(steps.emplace(step.table).second, step.table << " stands twice");
    }
    const auto tables = tables_of_servers(town.database);
    for (const auto& table : tables) {
        CHECK_MESSAGE(steps.contains(table), table << " has no step: removal_steps.cpp");
    }
    for (const auto& step : steps) {
        CHECK_MESSAGE(tables.contains(step), step << " is no table of servers");
    }
}

TEST_CASE("the last server of an owner leaves nothing behind; another owner is untouched") {
    Town town;
    const auto gone = town.add("gone");
    const auto stays = town.add("stays");
    const auto shared = town.meet(gone);
    town.meet(stays, shared);
    for (int i = 0; i < 200; ++i) {
        town.meet(gone);
    }
    const auto own = town.meet(stays);
    (void)town.ban(gone, town.meet(gone), base::kHourMs);
    const auto theirs = town.ban(stays, own);

    const auto counts = town.remove(gone);
    CHECK(counts.starts_with("bans 1, events 202, event_ids 202, sessions 202, samples 202, "));
    CHECK(counts.ends_with("lists 1, server_keys 2, servers 1, owners 1"));
    CHECK(town.count("SELECT count(*) FROM servers") == 1);
    CHECK(town.count("SELECT count(*) FROM owners") == 1);
    CHECK(town.count("SELECT count(*) FROM events") == 2);
    CHECK(town.count("SELECT count(*) FROM event_ids") == 2);
    CHECK(town.count("SELECT count(*) FROM sessions") == 2);
    CHECK(town.count("SELECT count(*) FROM budget") == 2);
    CHECK(town.count("SELECT count(*) FROM samples") == 2);
    CHECK(town.count("SELECT count(*) FROM lists") == 2);  // the network's, the other owner's
    // Whom nobody else has seen goes, the person both have seen stays.
    CHECK(town.count("SELECT count(*) FROM profiles") == 2);
    CHECK(town.count("SELECT count(*) FROM claims") == 4);
    CHECK(town.count("SELECT count(*) FROM sightings") == 2);
    CHECK(town.count("SELECT count(*) FROM links") == 2);
    CHECK(town.count("SELECT count(*) FROM tags") == 4 + 2);  // and the tokens
    CHECK(town.bans->load(theirs.number)->state == bans::BanState::active);
    CHECK(town.count("SELECT count(*) FROM bans") == 1);
    auto broken = town.database.query("PRAGMA foreign_key_check");
    CHECK_FALSE(broken.step());
}

TEST_CASE("nobody gets the number of a profile that is gone: other owners may still name it") {
    Town town;
    const auto gone = town.add("gone");
    const auto stays = town.add("stays");
    const auto player = town.meet(gone);
    const auto newest = town.profiles->find(player.tags.front().tag).value();
    identity::Sightings(town.database).record(1, stays.owner_row, newest, {}, kNow);
    (void)town.remove(gone);
    REQUIRE(town.count("SELECT count(*) FROM profiles") == 0);
    REQUIRE(town.count("SELECT count(*) FROM sightings") == 1);
    const auto next = town.meet(stays);
    CHECK(town.profiles->find(next.tags.front().tag).value() > newest);
}

TEST_CASE("an account that two owners saw with different players stays with the other's") {
    Town town;
    const auto gone = town.add("gone");
    const auto stays = town.add("stays");
    const auto first = town.meet(gone);
    auto second = first;
    second.tags.front() = town.meet(stays).tags.front();
    town.meet(stays, second);
    CHECK(
        town.profiles->find(first.tags.back().tag) == town.profiles->find(first.tags.front().tag)
    );
    (void)town.remove(gone);
    CHECK_FALSE(town.profiles->find(first.tags.front().tag));
    const auto home = town.profiles->find(second.tags.front().tag);
    CHECK(home);
    CHECK(town.profiles->find(first.tags.back().tag) == home);
    CHECK(town.count("SELECT count(*) FROM profiles") == 1);
}

TEST_CASE("another server of the owner keeps all but the bans of the one that went") {
    Town town;
    const auto gone = town.add("gone");
    const auto other = town.add("other", "gone");
    const auto player = town.meet(gone);
    town.meet(other, player);
    (void)town.ban(gone, player, base::kHourMs);
    CHECK(town.count("SELECT count(*) FROM list_entries") == 3);
    const auto version = town.count("SELECT version FROM lists WHERE list <> 0");

    CHECK(
        town.remove(gone) ==
        "bans 1, events 1, event_ids 1, sessions 1, samples 1, budget 1, requests 1, "
        "server_keys 2, servers 1"
    );
    CHECK(town.count("SELECT count(*) FROM list_entries") == 0);
    CHECK(town.count("SELECT version FROM lists WHERE list <> 0") == version + 1);
    CHECK(town.count("SELECT count(*) FROM claims") == 2);
    CHECK(town.count("SELECT count(*) FROM profiles") == 1);
    CHECK(auth::Owners(town.database, *town.sealer).find("gone"));
    CHECK(town.count("SELECT count(*) FROM server_keys WHERE state = 1") == 2);
    CHECK(auth::Servers(town.database, *town.sealer).find("other") == other.row);

    SUBCASE("who goes with the last one") {
        CHECK(town.remove(other).ends_with("servers 1, owners 1"));
        CHECK(town.count("SELECT count(*) FROM owners") == 0);
        CHECK(town.count("SELECT count(*) FROM profiles") == 0);
        CHECK(town.count("SELECT count(*) FROM tags") == 0);
    }
}

TEST_CASE("bans in force on the network are kept without the server, or lifted") {
    Town town;
    const auto gone = town.add("gone");
    const auto player = town.meet(gone);
    const auto placed = town.ban(gone, player);
    REQUIRE(placed.state == bans::BanState::active);
    const auto outlook = privacy::look_ahead(town.database, gone.row);
    CHECK(outlook.network_bans == std::vector{placed.number});
    CHECK(outlook.leaving_owner == gone.owner_row);
    CHECK(town.count("SELECT count(*) FROM list_entries WHERE list <> 0") == 2);

    SUBCASE("kept") {
        (void)town.remove(gone, false);
        const auto kept = town.bans->load(placed.number).value();
        CHECK(kept.state == bans::BanState::active);
        CHECK_FALSE(kept.server);
        CHECK_FALSE(kept.owner);
        CHECK_FALSE(kept.profile);
        CHECK(kept.issuer.empty());
        CHECK(town.count("SELECT count(*) FROM ban_evidence") == 0);
        CHECK(kept.reason == "aimbot");
        CHECK_FALSE(kept.adopted);  // nobody has looked at it
        // What one owner alone has said of the person never binds the network.
        CHECK(town.count("SELECT count(*) FROM list_entries") == 1);
        CHECK(town.count("SELECT count(*) FROM tags WHERE profile_id IS NULL") == 1);
        CHECK(bans::count_orphans(town.database, 0) == 1);
        const bans::Bans::Decision by{"ann", "over", kNow};
        CHECK(std::holds_alternative<bans::Bans::Decided>(
            town.bans->decide(placed.number, bans::BanAction::lift, by)
        ));
        CHECK(town.count("SELECT count(*) FROM list_entries") == 0);
        CHECK(town.count("SELECT count(*) FROM tags") == 0);
    }
    SUBCASE("lifted, and with them what followed on other servers") {
        const auto other = town.add("other");
        bans::NewBan wanted;
        wanted.target = town.meet(other);
        const auto followed = town.bans->place_following(placed.number, wanted, other, 0, kNow);
        const auto number = std::get<bans::Bans::Placed>(followed).ban.number;
        (void)town.remove(gone, true);
        CHECK(town.bans->load(number)->state == bans::BanState::lifted);
        CHECK(town.count("SELECT count(*) FROM list_entries") == 0);
    }
    SUBCASE("lifted, in the name of who removed the server") {
        (void)town.remove(gone, true);
        const auto lifted = town.bans->load(placed.number).value();
        CHECK(lifted.state == bans::BanState::lifted);
        CHECK(lifted.decided_by == "ann");
        CHECK(lifted.decision_note == "has closed");
        CHECK_FALSE(lifted.owner);
        CHECK(town.count("SELECT count(*) FROM list_entries") == 0);
        CHECK(town.count("SELECT count(*) FROM ban_tags") == 0);
        CHECK(town.count("SELECT count(*) FROM tags") == 0);
    }
    SUBCASE("and those kept for an owner who stays are asked about with the last server") {
        const auto other = town.add("other", "gone");
        (void)town.remove(gone, false);
        const auto kept = town.bans->load(placed.number).value();
        CHECK(kept.owner == other.owner_row);
        CHECK_FALSE(kept.adopted);  // the owner's other servers may still lift it
        CHECK(town.count("SELECT count(*) FROM list_entries WHERE list <> 0") == 2);
        CHECK(privacy::look_ahead(town.database, other.row).network_bans.size() == 1);
    }
}

TEST_CASE("from the beginning on the server is nobody, and its name is free") {
    Town town;
    const auto gone = town.add("gone");
    town.meet(gone);
    town.begin(gone);
    auth::Servers servers(town.database, *town.sealer);
    CHECK_FALSE(servers.find("gone"));
    CHECK_FALSE(servers.find(gone.id));
    CHECK_FALSE(servers.is_working(gone.row, 1, kNow));
    CHECK_FALSE(servers.is_working(gone.row, 0, kNow));
    CHECK(servers.read_keys(gone.row).empty());
    CHECK(town.count("SELECT count(*) FROM server_keys WHERE secret <> x''") == 0);
    auto record = privacy::find_removal(town.database, *town.sealer, "gone").value();
    CHECK(record.public_id == gone.id);
    CHECK(record.name == "gone");
    CHECK(record.removes_owner);
    CHECK_FALSE(record.finished_at);
    CHECK(privacy::removals_under_way(town.database, *town.sealer).size() == 1);

    const auto next = town.add("gone");
    CHECK(next.row != gone.row);
    CHECK(next.owner_row != gone.owner_row);
    town.meet(next);
    for (bool going = true; going;) {
        going = !town.slice().finished;
    }
    CHECK_FALSE(town.slice().has_more);
    CHECK(town.count("SELECT count(*) FROM events") == 1);
    CHECK(servers.find("gone") == next.row);
    record = privacy::find_removal(town.database, *town.sealer, gone.id).value();
    CHECK(record.finished_at == kNow);
    CHECK(record.percent == 100);
    CHECK_FALSE(record.name);
    CHECK(
        town.count("SELECT count(*) FROM removals WHERE coalesce(name, staff, reason) IS NULL") == 1
    );
    CHECK(privacy::removals_under_way(town.database, *town.sealer).empty());
}

TEST_CASE("a removal goes in pieces, over undone transactions, and one after the other") {
    Town town;
    const auto first = town.add("first");
    const auto second = town.add("second", "first");
    for (int i = 0; i < 300; ++i) {
        town.meet(first);
        town.meet(second);
    }
    town.begin(first);
    town.begin(second);  // the owner goes with this one
    int slices = 0;
    int percent = 0;
    for (int finished = 0; finished < 2; ++slices) {
        REQUIRE(slices < 1000);
        town.database.execute("BEGIN;");
        (void)town.slice();  // killed before the commit
        town.database.execute("ROLLBACK;");
        const auto before = town.count("SELECT count(*) FROM events");
        const auto done = town.slice();
        CHECK(before - town.count("SELECT count(*) FROM events") <= 64);
        if (done.finished) ++finished;
        const auto under_way = privacy::removals_under_way(town.database, *town.sealer);
        if (finished == 0) {
            REQUIRE(under_way.size() == 2);
            CHECK(under_way.front().percent >= percent);
            percent = under_way.front().percent;
        }
    }
    CHECK(slices > 20);
    CHECK(percent > 80);
    CHECK(town.count("SELECT count(*) FROM events") == 0);
    CHECK(town.count("SELECT count(*) FROM owners") == 0);
    CHECK(town.count("SELECT count(*) FROM profiles") == 0);
}
