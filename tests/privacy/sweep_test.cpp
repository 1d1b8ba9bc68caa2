#include "privacy/sweep.h"

#include "events/samples.h"
#include "privacy/stored_rows.h"

#include <doctest/doctest.h>

using namespace drawbridge;
using base::kDayMs;
using base::kHourMs;
using events::EventType;
using privacy::Category;
using test::kNow;
using test::StoredRows;

namespace {

constexpr const char* kEvents = "SELECT count(*) FROM events";

base::UnixMs days_ago(std::int64_t days) {
    return kNow - days * kDayMs;
}

void add_report(
    store::Database& database,
    std::int64_t server,
    base::UnixMs received_at,
    std::int64_t players
) {
    events::Reports reports;
    reports.add(players);
    events::add_samples(database, server, received_at, reports);
}

}  // namespace

TEST_CASE("events go 90 days after their receipt, telemetry and errors after 30") {
    StoredRows rows;
    for (const auto age : {91, 89, 31, 29}) {
        for (auto type = EventType::join; type <= EventType::error;
             type = static_cast<EventType>(static_cast<int>(type) + 1)) {
            rows.event(type, days_ago(age));
        }
    }
    CHECK(rows.sweep() == "events 8, telemetry 6, errors 3");
    CHECK(rows.count(kEvents) == 44 - 17);
    CHECK(rows.count("SELECT count(*) FROM events WHERE type IN (7, 8, 11)") == 3);
    CHECK(rows.count("SELECT min(received_at) FROM events WHERE type = 1") == days_ago(89));
    CHECK(rows.record(Category::events).deleted == 8);
    CHECK(rows.record(Category::events).oldest_at == days_ago(89));
    CHECK(rows.record(Category::telemetry).oldest_at == days_ago(29));
    CHECK(rows.record(Category::telemetry).swept_at == kNow);

    SUBCASE("the next sweep goes on from there") {
        CHECK(rows.sweep(kNow + 2 * kDayMs) == "events 8, telemetry 2, errors 1");
        CHECK(rows.record(Category::events).deleted == 16);
    }
    SUBCASE("and has nothing to report when nothing is due") {
        CHECK(rows.sweep(kNow + kDayMs) == "");
    }
    SUBCASE("a shorter period takes the rest") {
        rows.periods.set(Category::events, kDayMs);
        CHECK(rows.sweep(kNow + kDayMs) == "events 24");
    }
}

TEST_CASE("a token goes 90 days after it was last seen with anybody") {
    StoredRows rows;
    rows.database.execute(
        "INSERT INTO profiles VALUES(1, 1, 1);"
        "INSERT INTO tags VALUES(1, x'01', 8, NULL, x'00', 1, 1), (2, x'02', 8, NULL, x'00', 1, 1),"
        " (3, x'03', 3, 1, x'00', 1, 1);"
    );
    const auto see = [&](std::int64_t tag, std::int64_t profile, base::UnixMs last_seen) {
        rows.database.query("INSERT INTO sightings VALUES(?, 1, ?, 1, ?)")
            .bind(tag)
            .bind(profile)
            .bind(last_seen)
            .run();
    };
    see(1, 1, days_ago(91));
    see(1, 2, days_ago(89));
    see(2, 1, days_ago(91));
    see(3, 2, days_ago(91));
    CHECK(rows.sweep() == "sightings 3");
    CHECK(rows.count("SELECT count(*) FROM sightings") == 1);
    CHECK(rows.count("SELECT count(*) FROM tags") == 2);
    CHECK(rows.count("SELECT count(*) FROM tags WHERE id = 2") == 0);  // nobody is left with it
}

TEST_CASE("what is kept for ever stays") {
    StoredRows rows;
    rows.event(EventType::join, 1);
    rows.event(EventType::heartbeat, 1);
    rows.periods.set(Category::events, std::nullopt);
    CHECK(rows.sweep() == "telemetry 1");
    CHECK_FALSE(rows.record(Category::events).swept_at);
}

TEST_CASE("numbers that SQLite gives again are not passed over") {
    StoredRows rows;
    for (int i = 0; i < 100; ++i) {
        rows.event(EventType::heartbeat, days_ago(31));
    }
    CHECK(rows.sweep() == "telemetry 100");
    for (int i = 0; i < 150; ++i) {
        rows.event(EventType::heartbeat, days_ago(29));  // from 1 again, and beyond 100
    }
    CHECK(rows.sweep(kNow + 2 * kDayMs) == "telemetry 150");
    CHECK(rows.count(kEvents) == 0);
}

TEST_CASE("a sweep goes in pieces, and one that was broken off is finished and told by the next") {
    StoredRows rows;
    for (int i = 0; i < 200; ++i) {
        rows.event(EventType::heartbeat, days_ago(31));
    }
    auto step = rows.step();
    while (rows.count(kEvents) == 200) {
        REQUIRE(step.has_more);
        step = rows.step();
    }
    CHECK(rows.count(kEvents) >= 100);  // it stopped at the time it was given
    rows.state = {};                    // the daemon was killed
    CHECK(rows.sweep() == "telemetry 200");
}

TEST_CASE("a step that was not committed did not happen") {
    StoredRows rows;
    for (int i = 0; i < 100; ++i) {
        rows.event(EventType::heartbeat, days_ago(31));
    }
    const auto before = rows.state;
    rows.database.execute("BEGIN;");
    CHECK(rows.sweep() == "telemetry 100");
    rows.database.execute("ROLLBACK;");
    rows.state = before;
    CHECK(rows.count(kEvents) == 100);
    CHECK(rows.sweep() == "telemetry 100");
}

TEST_CASE("a sweep begins once a day, and when the clock was set back") {
    StoredRows rows;
    CHECK(rows.sweep() == "");
    CHECK_FALSE(rows.step(kNow + kDayMs - 1).finished);
    CHECK(rows.step(kNow - 1).finished);
    CHECK(rows.sweep(kNow + kDayMs) == "");
}

TEST_CASE("the history of ended bans ends, that of standing ones never") {
    StoredRows rows;
    rows.ban(1, bans::BanState::active, days_ago(2000));
    rows.ban(2, bans::BanState::lifted, days_ago(731));
    rows.ban(3, bans::BanState::lifted, days_ago(729));
    rows.ban(4, bans::BanState::expired, days_ago(731));
    rows.ban(5, bans::BanState::expired, days_ago(100));
    CHECK(rows.sweep() == "expired_bans 1, lifted_bans 1");
    CHECK(rows.count("SELECT sum(number) FROM bans") == 1 + 3 + 5);
    CHECK(rows.record(Category::expired_bans).oldest_at == days_ago(100));
    CHECK(rows.record(Category::lifted_bans).oldest_at == days_ago(729));
}

TEST_CASE("hours of players go after a year, server by server") {
    StoredRows rows;
    for (int server = 1; server <= 3; ++server) {
        for (int hour = 0; hour < 100; ++hour) {
            add_report(rows.database, server, days_ago(367) + hour * kHourMs, 8);
        }
    }
    CHECK(rows.sweep() == "samples 144");
    CHECK(rows.count("SELECT min(hour) FROM samples") == days_ago(365) / kHourMs);
    CHECK(rows.record(Category::samples).oldest_at == days_ago(365));
}

TEST_CASE("names go 90 days after they were last seen, one by one") {
    StoredRows rows;
    for (int profile = 1; profile <= 100; ++profile) {
        rows.database.execute("INSERT INTO profiles(first_seen, last_seen) VALUES(1, 1);");
        rows.name(profile, 0, days_ago(91));
        rows.name(profile, 7, days_ago(89));
    }
    CHECK(rows.sweep() == "names 100");
    CHECK(rows.count("SELECT count(*) FROM names WHERE slot = 7") == 100);
    CHECK(rows.record(Category::names).oldest_at == days_ago(89));
    CHECK(rows.sweep(kNow + 2 * kDayMs) == "names 100");
    CHECK(rows.count("SELECT count(*) FROM names") == 0);
}

TEST_CASE("an hour's sample is the mean and the peak of what was reported") {
    StoredRows rows;
    events::Reports of_one_request;
    for (const auto players : {10, 20}) {
        of_one_request.add(players);
    }
    events::add_samples(rows.database, 1, kNow, of_one_request);
    add_report(rows.database, 1, kNow, 33);
    add_report(rows.database, 1, kNow + kHourMs, 5);
    add_report(rows.database, 2, kNow, 64);
    const auto found = events::find_samples(rows.database, 1, 0, 10);
    REQUIRE(found.size() == 2);
    CHECK(found[0].hour == kNow);
    CHECK(found[0].mean == 21.0);
    CHECK(found[0].peak == 33);
    CHECK(found[0].count == 3);
    CHECK(found[1].peak == 5);
}
