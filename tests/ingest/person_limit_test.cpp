// How many players a server, and an owner over all its servers, may make known in a day, over the
// real gate with the test's clock.
#include "auth/owner_queries.h"
#include "events/day_budget.h"
#include "ingest/fixture.h"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;

namespace {

constexpr std::int64_t kLimit = 6;

/// Three servers of one owner, which may meet six players, and one of another owner.
class Town {
public:
    Town() { fixture.network().settings.owner_persons = kLimit; }

    std::string join(Sender& server, const std::string& who) {
        return std::string(fixture.join(server, who).at("decision").as_string());
    }

    /// Somebody new; with Discord, a token and a name.
    std::string stranger() {
        const auto who = ++seed_;
        auto text = player({{"license", who}, {"discord", who}}, {who});
        text.insert(text.size() - 1, fmt::format(R"(,"name":"Player {}")", who));
        return text;
    }

    void fill(const std::vector<Sender*>& servers) {
        for (std::int64_t met = 0; met < kLimit; ++met) {
            auto& server = *servers[static_cast<std::size_t>(met) % servers.size()];
            REQUIRE(join(server, stranger()) == "allow");
        }
    }

    std::int64_t count(const char* sql) {
        std::int64_t counted = -1;
        auto reader = fixture.reader();
        auto query = reader->query(sql);
        if (query.step()) counted = query.integer(0);
        return counted;
    }

    /// Rows that somebody's being known consists of.
    std::vector<std::int64_t> known() {
        return {
            count("SELECT count(*) FROM profiles"),
            count("SELECT count(*) FROM tags"),
            count("SELECT count(*) FROM claims"),
            count("SELECT count(*) FROM sightings"),
            count("SELECT count(*) FROM names"),
            count("SELECT count(*) FROM links")};
    }

    std::int64_t audited(std::string_view action) {
        auto reader = fixture.reader();
        auto query = reader->query("SELECT count(*) FROM audit WHERE action = ?");
        return query.bind(action).step() ? query.integer(0) : -1;
    }

    GateFixture fixture;
    Sender one = fixture.add_server("one", PropagationMode::automatic, "group");
    Sender two = fixture.add_server("two", PropagationMode::automatic, "group");
    Sender three = fixture.add_server("three", PropagationMode::automatic, "group");
    Sender other = fixture.add_server("other", PropagationMode::automatic);

private:
    int seed_ = 1000;
};

constexpr const char* kEvents = "SELECT count(*) FROM events";

}  // namespace

TEST_CASE("beyond what the owner's servers may meet together nobody becomes known") {
    Town town;
    town.fill({&town.one, &town.two, &town.three});
    const auto known = town.known();
    const auto events = town.count(kEvents);
    CHECK(town.join(town.one, town.stranger()) == "none");
    CHECK(town.join(town.three, town.stranger()) == "none");
    CHECK(town.known() == known);
    CHECK(town.count(kEvents) == events + 2);
    CHECK(town.count("SELECT count(*) FROM events WHERE profile_id IS NULL") == 2);
    CHECK(town.join(town.other, town.stranger()) == "allow");
}

TEST_CASE("beyond what a server may meet nobody becomes known, however large the owner") {
    Town town;
    town.fixture.network().settings.owner_persons = 1'000'000;
    (void)town.fixture.event(town.one, "player_count", R"("players":0,"max_players":0)");
    for (std::int64_t met = 0; met < events::daily_budget(0); ++met) {
        REQUIRE(town.join(town.one, town.stranger()) == "allow");
    }
    const auto known = town.known();
    CHECK(town.join(town.one, town.stranger()) == "none");
    CHECK(town.known() == known);
    CHECK(town.audited("server.person_limit") == 1);
    CHECK(town.audited("owner.person_limit") == 0);
    CHECK(town.join(town.two, town.stranger()) == "allow");
}

TEST_CASE("who was met today is met as before when the limit is reached") {
    Town town;
    const auto regular = player({{"license", 1}}, {1});
    (void)town.join(town.one, regular);
    for (std::int64_t met = 1; met < kLimit; ++met) {
        (void)town.join(town.one, town.stranger());
    }
    REQUIRE(town.join(town.one, town.stranger()) == "none");
    CHECK(town.join(town.one, regular) == "allow");
    town.fixture.restart();  // not by what is in memory alone
    town.fixture.network().settings.owner_persons = kLimit;
    ++town.one.epoch;
    CHECK(town.join(town.one, regular) == "allow");
}

TEST_CASE("who is known elsewhere is named by what is stored, and nothing more becomes known") {
    Town town;
    const auto at_home = player({{"license", 1}});
    const auto here = player({{"license", 1}, {"discord", 77}}, {7});
    (void)town.join(town.other, at_home);
    town.fill({&town.one});
    const auto known = town.known();
    const auto sessions = town.count("SELECT count(*) FROM sessions");
    CHECK(town.join(town.one, here) == "none");
    CHECK(town.known() == known);
    CHECK(town.count("SELECT count(*) FROM events WHERE profile_id IS NULL") == 0);
    CHECK(town.count("SELECT count(*) FROM sessions") == sessions + 1);
}

TEST_CASE("beyond the limit not even a ban makes somebody's next licence look known") {
    for (const bool is_beyond : {true, false}) {
        CAPTURE(is_beyond);
        Town town;
        auto local = town.fixture.add_server("local", PropagationMode::local, "local");
        const auto cheater = player({{"license", 1}}, {1, 2, 3});
        const auto next = player({{"license", 2}}, {1, 2, 3});
        (void)town.join(town.other, cheater);
        for (std::int64_t met = is_beyond ? 0 : 1; met < kLimit; ++met) {
            (void)town.join(local, town.stranger());
        }
        (void)town.fixture.ban(local, player({{"license", 2}}));
        town.fixture.now += base::kMinuteMs;
        (void)town.fixture.ban(town.other, cheater);
        town.fixture.now += base::kMinuteMs;
        CHECK(town.join(town.other, next) == (is_beyond ? "ban" : "watch"));
    }
}

TEST_CASE("a ban beyond the limit binds, and makes nobody known") {
    Town town;
    const auto met = player({{"license", 1}}, {1});
    (void)town.join(town.one, met);
    for (std::int64_t more = 1; more < kLimit; ++more) {
        (void)town.join(town.one, town.stranger());
    }
    const auto profiles = town.count("SELECT count(*) FROM profiles");
    const auto claims = town.count("SELECT count(*) FROM claims");
    const auto sightings = town.count("SELECT count(*) FROM sightings");
    const auto banned = player({{"license", 900}}, {901});
    (void)town.fixture.ban(town.one, banned);
    CHECK(town.count("SELECT count(*) FROM profiles") == profiles);
    CHECK(town.count("SELECT count(*) FROM claims") == claims);
    CHECK(town.count("SELECT count(*) FROM sightings") == sightings);
    CHECK(town.join(town.other, banned) == "ban");
    // Who was met today is banned as ever.
    (void)town.fixture.ban(town.one, met);
    CHECK(town.count("SELECT count(*) FROM bans WHERE profile_id IS NOT NULL") == 1);
}

TEST_CASE("bans of people whom nobody has met count as well") {
    Town town;
    for (int banned = 0; banned < kLimit; ++banned) {
        (void)town.fixture.ban(town.two, player({{"license", 900 + banned}}));
    }
    CHECK(town.join(town.one, town.stranger()) == "none");
    CHECK(town.count("SELECT count(*) FROM profiles") == kLimit);
}

TEST_CASE("staff are told once a day, and the next day there is room again") {
    Town town;
    town.fill({&town.one});
    for (int more = 0; more < 3; ++more) {
        CHECK(town.join(town.two, town.stranger()) == "none");
    }
    CHECK(town.audited("owner.person_limit") == 1);
    const auto owners = auth::count_owners(*town.fixture.reader(), town.fixture.now);
    CHECK(owners.persons_limited == 1);
    CHECK(owners.limited == 0);
    town.fixture.now += base::kDayMs;
    town.fill({&town.three, &town.one});
    CHECK(town.join(town.two, town.stranger()) == "none");
    CHECK(town.audited("owner.person_limit") == 2);
}

TEST_CASE("joins of one request reach the limit as those of many do") {
    Town town;
    std::string body = R"({"events":[)";
    for (int i = 0; i < 2 * kLimit; ++i) {
        if (i > 0) body += ',';
        body += fmt::format(
            R"({{"id":"{}","type":"join","at":{},"session":"{}","player":{}}})",
            fresh_uuid(town.fixture.now),
            town.fixture.now,
            fresh_uuid(town.fixture.now),
            town.stranger()
        );
    }
    const auto answer = town.fixture.post(town.one, "/v1/events", body + "]}").json();
    int allowed = 0;
    for (const auto& result : answer.at("results").as_array()) {
        if (result.at("verdict").at("decision") == "allow") ++allowed;
    }
    CHECK(allowed == kLimit);
    CHECK(town.count("SELECT count(*) FROM profiles") == kLimit);
}

// Known before the ban, an evader's next licence would be watched where it is refused.
TEST_CASE("beyond the limit an evader's next licence cannot be made to look known") {
    Town town;
    town.fill({&town.one});
    CHECK(town.join(town.one, player({{"license", 2}})) == "none");
    const auto machine = {1, 2, 3, 4, 5};
    (void)town.join(town.other, player({{"license", 1}}, machine));
    town.fixture.now += base::kHourMs;
    (void)town.fixture.ban(town.other, player({{"license", 1}}, machine));
    town.fixture.now += base::kHourMs;
    CHECK(town.join(town.other, player({{"license", 2}}, machine)) == "ban");
}

TEST_CASE("within the limit it can, as by any join") {
    Town town;
    CHECK(town.join(town.one, player({{"license", 2}})) == "allow");
    const auto machine = {1, 2, 3, 4, 5};
    (void)town.join(town.other, player({{"license", 1}}, machine));
    town.fixture.now += base::kHourMs;
    (void)town.fixture.ban(town.other, player({{"license", 1}}, machine));
    town.fixture.now += base::kHourMs;
    CHECK(town.join(town.other, player({{"license", 2}}, machine)) == "watch");
}
