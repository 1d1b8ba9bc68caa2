#include "privacy/town.h"

#include "auth/owners.h"
#include "auth/random.h"
#include "bans/list_master.h"
#include "identity/joins.h"
#include "identity/links.h"
#include "store/migrations.h"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <variant>

namespace drawbridge::test {
namespace {

Tag random_tag() {
    Tag tag{};
    auth::fill_random(tag);
    return tag;
}

}  // namespace

Town::Town()
    : database(folder_ / "a.db", store::Database::Mode::read_write),
      master_(store::MasterKey::create(folder_ / "master.key")) {
    store::migrate(database, master_);
    sealer.emplace(database, master_);
    profiles.emplace(database, *sealer);
    bans.emplace(database, *sealer, *profiles);
}

auth::Server Town::add(const std::string& name, const std::string& owner) {
    auth::Servers servers(database, *sealer);
    auth::NewServer wanted;
    wanted.name = name;
    wanted.owner = owner;
    wanted.mode = auth::PropagationMode::automatic;
    const auto issued = std::get<auth::IssuedKey>(servers.add(wanted, kNow));
    auth::Server server;
    server.row = servers.find(issued.server_id).value();
    server.id = issued.server_id;
    server.mode = wanted.mode;
    server.owner_row = auth::Owners(database, *sealer).find(owner.empty() ? name : owner).value();
    bans::ListMaster::create(database, server.owner_row);
    bans::ListMaster::create(database, bans::kNetworkList);
    return server;
}

identity::Player Town::meet(const auth::Server& server) {
    identity::Player player;
    player.tags.push_back({IdentifierType::license, random_tag()});
    player.tags.push_back({IdentifierType::discord, random_tag()});
    player.tokens.push_back(random_tag());
    meet(server, player);
    return player;
}

void Town::meet(const auth::Server& server, const identity::Player& player) {
    identity::Joins joins(database, *sealer);
    const auto profile = joins.record(player, server.owner_row, kNow).profile;
    identity::Link link;
    link.profile = profile;
    link.other = 1'000'000;  // nobody of these tests
    link.owner = server.owner_row;
    identity::Links(database).note(link);
    add_events(server.row, profile);
    add_counters(server.row, profile);
}

bans::Ban
Town::ban(const auth::Server& server, const identity::Player& player, base::UnixMs grace) {
    bans::NewBan wanted;
    wanted.target = player;
    wanted.reason = "aimbot";
    wanted.issuer = "Ann";
    wanted.evidence = {"https://clips.example.org/17"};
    return bans->place(wanted, server, grace, kNow).ban;
}

std::int64_t Town::count(const char* sql) {
    auto query = database.query(sql);
    return query.step() ? query.integer(0) : -1;
}

void Town::begin(const auth::Server& server, bool lifts) {
    privacy::begin_removal(
        database,
        *sealer,
        {server.row, lifts, "ann", "has closed", kNow - base::kMinuteMs}
    );
}

privacy::RemovalSlice Town::slice() {
    const auto past = std::chrono::steady_clock::now();
    return privacy::continue_removal(database, *sealer, *bans, kNow, past);
}

std::string Town::remove(const auth::Server& server, bool lifts) {
    begin(server, lifts);
    for (int slices = 0; slices < 10'000; ++slices) {
        if (const auto done = slice(); done.finished) return done.finished->counts;
    }
    FAIL("the removal does not end");
    return {};
}

void Town::add_events(std::int64_t server, std::int64_t profile) {
    std::array<std::uint8_t, 16> id{};
    auth::fill_random(id);
    database
        .query(
            "INSERT INTO events(id, server_id, type, at, received_at, profile_id, mode, "
            "payload) VALUES(?1, ?2, 1, ?3, ?3, ?4, 1, zeroblob(300))"
        )
        .bind(store::ByteView(id))
        .bind(server)
        .bind(kNow)
        .bind(profile)
        .run();
    database.query("INSERT INTO event_ids(id, server_id, result) VALUES(?, ?, x'')")
        .bind(store::ByteView(id))
        .bind(server)
        .run();
    database
        .query(
            "INSERT INTO sessions(id, server_id, profile_id, joined_at, tags) "
            "VALUES(?, ?, ?, ?, x'')"
        )
        .bind(store::ByteView(id))
        .bind(server)
        .bind(profile)
        .bind(kNow)
        .run();
}

void Town::add_counters(std::int64_t server, std::int64_t profile) {
    database.query("INSERT OR IGNORE INTO budget VALUES(?, ?, ?)")
        .bind(server)
        .bind(kNow / base::kDayMs)
        .bind(profile)
        .run();
    database
        .query(
            "INSERT INTO requests(at, plane, server_id, status, count, texts) "
            "VALUES(1, 1, ?, 200, 1, x'')"
        )
        .bind(server)
        .run();
    database.query("INSERT OR IGNORE INTO samples VALUES(?, ?, 1, 8, 8)")
        .bind(server)
        .bind(profile)
        .run();
}

}  // namespace drawbridge::test
