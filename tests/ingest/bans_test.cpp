#include "ingest/fixture.h"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;

namespace {

std::uint64_t number_of(const std::string& code) {
    return parse_ban_code(code).value_or(0);
}

bool refuses(GateFixture& fixture, Sender& sender, const std::string& who) {
    return fixture.join(sender, who).at("decision") == "ban";
}

bool lists_refuse(GateFixture& fixture, Sender& sender, const std::vector<Tag>& tags) {
    GateFixture::Lists lists;
    fixture.sync(sender, lists);
    const auto now = static_cast<std::uint64_t>(fixture.now / 1000);
    const auto hit = [&](const BanTable& table) {
        const auto matches = table.match(tags, now);
        return !matches.empty() && matches.front().weight >= kMatchWeight;
    };
    return hit(lists.network) || hit(lists.owner);
}

/// What is left of a ban beside its history entry.
std::int64_t working_rows(store::Database& database, std::uint64_t number) {
    auto query = database.query(
        "SELECT (SELECT count(*) FROM ban_tags WHERE ban_number = ?1) + "
        "(SELECT count(*) FROM list_entries WHERE ban_number = ?1)"
    );
    return query.bind(static_cast<std::int64_t>(number)).step() ? query.integer(0) : -1;
}

const std::vector<Tag> kCheater{tag_of("license", 1)};
const std::string kCheaterPlayer = player({{"license", 1}});

}  // namespace

TEST_CASE("mode auto without grace: a ban is everybody's at once") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    auto b = fixture.add_server("b", PropagationMode::review);
    CHECK_FALSE(refuses(fixture, b, kCheaterPlayer));
    const auto code = fixture.ban(a, kCheaterPlayer);
    CHECK(lists_refuse(fixture, b, kCheater));
    const auto verdict = fixture.join(b, kCheaterPlayer);
    CHECK(verdict.at("decision") == "ban");
    CHECK(verdict.at("code").as_string() == code);
    CHECK(verdict.at("scope") == "network");
    CHECK(verdict.at("category") == "cheating");
    CHECK(verdict.at("reason") == "aim bot");
}

TEST_CASE("mode auto with grace: the owner at once, the network when it has passed") {
    GateFixture fixture(10 * base::kMinuteMs);
    auto a = fixture.add_server("a", PropagationMode::automatic);
    auto b = fixture.add_server("b", PropagationMode::review);
    const auto code = fixture.ban(a, kCheaterPlayer);
    CHECK(lists_refuse(fixture, a, kCheater));
    CHECK_FALSE(lists_refuse(fixture, b, kCheater));
    fixture.unit([&](ingest::UnitOfWork& work) {
        (void)work.bans.tick(fixture.now + 10 * base::kMinuteMs - 1, 100);
    });
    CHECK_FALSE(lists_refuse(fixture, b, kCheater));
    fixture.unit([&](ingest::UnitOfWork& work) {
        (void)work.bans.tick(fixture.now + 10 * base::kMinuteMs, 100);
    });
    CHECK(lists_refuse(fixture, b, kCheater));
    const auto unban = fixture.event(a, "unban", fmt::format(R"("code":"{}")", code));
    CHECK(unban.at("ban").at("state") == "lifted");
    CHECK_FALSE(lists_refuse(fixture, b, kCheater));
}

TEST_CASE("mode review: staff decide") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::review);
    auto b = fixture.add_server("b", PropagationMode::review);
    const auto number = number_of(fixture.ban(a, kCheaterPlayer));
    CHECK(lists_refuse(fixture, a, kCheater));
    CHECK_FALSE(lists_refuse(fixture, b, kCheater));

    SUBCASE("approve") {
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto done =
                work.bans.decide(number, bans::BanAction::approve, {"staff", "seen", fixture.now});
            CHECK(std::get<bans::Bans::Decided>(done).ban.state == bans::BanState::active);
        });
        CHECK(lists_refuse(fixture, b, kCheater));
        const auto unban =
            fixture.event(a, "unban", fmt::format(R"("code":"{}")", print_ban_code(number).view()));
        CHECK(unban.at("code") == "unknown_code");  // adopted: no longer the origin's to lift
        fixture.unit([&](ingest::UnitOfWork& work) {
            (void)work.bans.decide(number, bans::BanAction::lift, {"staff", "appeal", fixture.now});
        });
        CHECK_FALSE(lists_refuse(fixture, b, kCheater));
        CHECK_FALSE(lists_refuse(fixture, a, kCheater));
    }
    SUBCASE("reject") {
        fixture.unit([&](ingest::UnitOfWork& work) {
            (void)work.bans.decide(number, bans::BanAction::reject, {"staff", "", fixture.now});
            CHECK(
                std::get<bans::BanError>(
                    work.bans.decide(number, bans::BanAction::reject, {"staff", "", fixture.now})
                ) == bans::BanError::wrong_state
            );
        });
        CHECK_FALSE(lists_refuse(fixture, b, kCheater));
        CHECK(lists_refuse(fixture, a, kCheater));
    }
}

TEST_CASE("mode local: all servers of the owner, and no other") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::local, "alpha");
    auto a2 = fixture.add_server("a2", PropagationMode::review, "alpha");
    auto b = fixture.add_server("b", PropagationMode::automatic, "beta");
    const auto code = fixture.ban(a, kCheaterPlayer);
    CHECK(refuses(fixture, a2, kCheaterPlayer));
    CHECK_FALSE(refuses(fixture, b, kCheaterPlayer));
    const auto foreign = fixture.event(b, "unban", fmt::format(R"("code":"{}")", code));
    CHECK(foreign.at("code") == "unknown_code");
    const auto own = fixture.event(a2, "unban", fmt::format(R"("code":"{}")", code));
    CHECK(own.at("ban").at("state") == "lifted");
    CHECK_FALSE(refuses(fixture, a2, kCheaterPlayer));
}

TEST_CASE("a ban ends at its time, in the table and in the list") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    const auto number = number_of(fixture.ban(a, kCheaterPlayer, 60));
    CHECK(lists_refuse(fixture, a, kCheater));
    fixture.now += 60'000;
    CHECK_FALSE(lists_refuse(fixture, a, kCheater));
    CHECK_FALSE(refuses(fixture, a, kCheaterPlayer));
    fixture.unit([&](ingest::UnitOfWork& work) {
        (void)work.bans.tick(fixture.now, 100);
        CHECK(work.bans.load(number)->state == bans::BanState::expired);
    });
    GateFixture::Lists lists;
    fixture.sync(a, lists);
    CHECK(lists.network.size() == 0);
}

TEST_CASE("of an ended ban the history entry stays, its tags and list entries go at once") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    const auto code = fixture.ban(a, player({{"license", 1}, {"steam", 1}}, {1, 2}), 60);
    const auto number = number_of(code);
    auto ended = bans::BanState::expired;
    fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(working_rows(work.database, number) == 8);  // each tag, and its entry in a list
    });
    SUBCASE("expired") {
        fixture.now += 60'000;
        fixture.unit([&](ingest::UnitOfWork& work) { (void)work.bans.tick(fixture.now, 100); });
    }
    SUBCASE("lifted by staff") {
        ended = bans::BanState::lifted;
        fixture.unit([&](ingest::UnitOfWork& work) {
            (void)work.bans.decide(number, bans::BanAction::lift, {"staff", "appeal", fixture.now});
        });
    }
    SUBCASE("lifted by its server") {
        ended = bans::BanState::lifted;
        (void)fixture.event(a, "unban", fmt::format(R"("code":"{}")", code));
    }
    fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(working_rows(work.database, number) == 0);
        const auto history = work.bans.load(number);
        CHECK(history->state == ended);
        CHECK(history->reason == "aim bot");
    });
}

TEST_CASE("of a ban and joins in one request, the join after the ban is refused") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    const auto at = fixture.now;
    const auto join = [&] {
        return fmt::format(
            R"({{"id":"{}","type":"join","at":{},"session":"{}","player":{}}})",
            fresh_uuid(at),
            at,
            fresh_uuid(at),
            kCheaterPlayer
        );
    };
    const auto ban = fmt::format(
        R"({{"id":"{}","type":"ban","at":{},"target":{},"category":"cheating","reason":"aim bot",)"
        R"("duration":0}})",
        fresh_uuid(at),
        at,
        kCheaterPlayer
    );
    const auto body = fmt::format(R"({{"events":[{},{},{}]}})", join(), ban, join());
    const auto answer = fixture.post(a, "/v1/events", body).json();
    const auto& results = answer.at("results").as_array();
    CHECK(results.at(0).at("verdict").at("decision") == "allow");
    CHECK(results.at(2).at("verdict").at("decision") == "ban");
    CHECK(results.at(2).at("verdict").at("code") == results.at(1).at("ban").at("code"));
}

TEST_CASE("the same target twice is one ban") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    CHECK(fixture.ban(a, kCheaterPlayer) == fixture.ban(a, kCheaterPlayer));
}

TEST_CASE("three tokens of one owner's player match there, and nowhere else") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic, "alpha");
    auto b = fixture.add_server("b", PropagationMode::automatic, "beta");
    (void)fixture.ban(a, player({{"license", 1}}, {1, 2, 3}));
    CHECK(fixture.join(a, player({{"license", 2}}, {1, 8, 9})).at("decision") == "allow");
    const auto verdict = fixture.join(a, player({{"license", 3}}, {3, 2, 1}));
    CHECK(verdict.at("decision") == "ban");
    CHECK(verdict.at("category") == "evasion");
    CHECK(fixture.join(b, player({{"license", 4}}, {3, 2, 1})).at("decision") == "allow");
}

TEST_CASE("the network takes one owner's word for the licence alone") {
    GateFixture fixture;
    auto hostile = fixture.add_server("hostile", PropagationMode::automatic);
    auto victim_home = fixture.add_server("home", PropagationMode::review);
    auto elsewhere = fixture.add_server("elsewhere", PropagationMode::review);
    // The victim is known to two owners by licence and Discord.
    const auto victim = player({{"license", 7}, {"discord", 7}});
    (void)fixture.join(victim_home, victim);
    (void)fixture.join(elsewhere, victim);
    // A hostile owner bans a cheater and names the victim's Discord as his.
    (void)fixture.ban(hostile, player({{"license", 1}, {"discord", 7}}));
    CHECK(refuses(fixture, elsewhere, kCheaterPlayer));
    CHECK_FALSE(refuses(fixture, elsewhere, victim));
    CHECK_FALSE(refuses(fixture, victim_home, player({{"license", 8}, {"discord", 7}})));
}

TEST_CASE("what two owners have seen together is the network's") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    auto b = fixture.add_server("b", PropagationMode::review);
    const auto known = player({{"license", 1}, {"discord", 1}});
    (void)fixture.join(a, known);
    (void)fixture.join(b, known);
    (void)fixture.ban(a, known);
    CHECK(refuses(fixture, b, player({{"license", 2}, {"discord", 1}})));
}

TEST_CASE("lists survive a restart, cursor and all") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    (void)fixture.ban(a, kCheaterPlayer);
    GateFixture::Lists lists;
    fixture.sync(a, lists);
    const auto before = lists.network.cursor();
    fixture.restart();
    ++a.epoch;
    fixture.sync(a, lists);
    CHECK(lists.network.cursor() == before);
    (void)fixture.ban(a, player({{"license", 2}}));
    fixture.sync(a, lists);  // a delta over the restart: its checksum is verified in there
    CHECK(lists.network.size() == 2);
}

TEST_CASE("explain is for players in, and costs the day's budget") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    (void)fixture.ban(a, kCheaterPlayer);
    const auto session = fresh_uuid(fixture.now);
    (void)fixture
        .event(a, "join", fmt::format(R"("session":"{}","player":{})", session, kCheaterPlayer));
    const auto ask = [&](const std::string& in, const std::string& who) {
        return fixture
            .post(a, "/v1/bans/explain", fmt::format(R"({{"session":"{}",{})", in, who.substr(1)));
    };
    const auto explained = ask(session, kCheaterPlayer);
    REQUIRE_MESSAGE(explained.status() == 200, explained.bytes());
    CHECK(explained.json().at("matches").at(0).at("reason") == "aim bot");
    CHECK(ask(session, player({{"license", 2}})).code() == "unknown_session");
    CHECK(ask(fresh_uuid(fixture.now), kCheaterPlayer).code() == "unknown_session");
    (void)fixture
        .event(a, "leave", fmt::format(R"("session":"{}","drop_reason":0,"seconds":1)", session));
    CHECK(ask(session, kCheaterPlayer).code() == "unknown_session");
}

TEST_CASE("the budget bounds how many persons a server may ask about in a day") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    (void)fixture.event(a, "player_count", R"("players":0,"max_players":0)");
    int asked = 0;
    while (fixture.join(a, player({{"license", 100 + asked}})).at("decision") != "none") {
        REQUIRE(++asked <= 200);
    }
    CHECK(asked == 200);
    CHECK(fixture.join(a, player({{"license", 100}})).at("decision") == "allow");
    fixture.now += base::kDayMs;
    CHECK(fixture.join(a, player({{"license", 5000}})).at("decision") == "allow");
    fixture.now -= base::kDayMs;  // the clock is set back: what was used that day is used
    CHECK(fixture.join(a, player({{"license", 5001}})).at("decision") == "none");
}
