// The breaker over the real gate, with the test's clock.
#include "ingest/fixture.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;

namespace {

constexpr base::UnixMs kGrace = 30 * base::kMinuteMs;

class Rogue {
public:
    explicit Rogue(base::UnixMs grace_ms = kGrace) : fixture(grace_ms, {}) {}

    /// State of a ban on somebody new.
    std::string ban() {
        const auto target = player({{"license", ++seed_}});
        const auto answer = fixture.event(
            sender,
            "ban",
            fmt::format(
                R"("target":{},"category":"cheating","reason":"x","duration":0,"issuer":"y")",
                target
            )
        );
        return std::string(answer.at("ban").at("state").as_string());
    }

    std::int64_t count(const char* sql) {
        std::int64_t counted = -1;
        fixture.unit([&](ingest::UnitOfWork& work) {
            auto query = work.database.query(sql);
            if (query.step()) counted = query.integer(0);
        });
        return counted;
    }

    PropagationMode mode() {
        return fixture.network().ring.current()->find(sender.key_id)->server->mode;
    }

    void set_auto() {
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto row = work.servers.find("rogue").value();
            work.servers.set_mode(row, PropagationMode::automatic, fixture.now);
            work.server_changed(row);
        });
    }

    /// Bans of the mode auto that this server has placed in the 30 days before.
    void give_history(int bans) {
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto row = work.servers.find("rogue").value();
            for (int i = 0; i < bans; ++i) {
                work.database
                    .query(
                        "INSERT INTO bans(number, state, category, reason, server_id, mode, "
                        "created_at) VALUES(?1, 6, 1, x'', ?2, 3, ?3)"
                    )
                    .bind(std::int64_t{i + 1})
                    .bind(row)
                    .bind(fixture.now - base::kDayMs * 2 - i)
                    .run();
            }
        });
    }

    GateFixture fixture;
    Sender sender = fixture.add_server("rogue", PropagationMode::automatic);

private:
    int seed_ = 0;
};

constexpr const char* kTripsAudited = "SELECT count(*) FROM audit WHERE action = 'server.breaker'";

}  // namespace

TEST_CASE("one ban too many: mode review, what is in grace waits for staff, told once") {
    Rogue rogue;
    for (int i = 0; i < 5; ++i) {
        CHECK(rogue.ban() == "grace");
    }
    CHECK(rogue.mode() == PropagationMode::automatic);
    CHECK(rogue.ban() == "proposed");
    CHECK(rogue.mode() == PropagationMode::review);
    CHECK(rogue.ban() == "proposed");
    CHECK(rogue.count("SELECT count(*) FROM bans WHERE state = 2") == 7);
    CHECK(rogue.count(kTripsAudited) == 1);
    CHECK(rogue.count("SELECT breaker_at FROM servers") == rogue.fixture.now);
    rogue.fixture.now += kGrace;
    rogue.fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(work.bans.tick(rogue.fixture.now, 100).empty());
    });
}

TEST_CASE("without a grace window the ban that is too many is not on the network either") {
    Rogue rogue(0);
    for (int i = 0; i < 5; ++i) {
        CHECK(rogue.ban() == "active");
    }
    CHECK(rogue.ban() == "proposed");
    CHECK(rogue.count("SELECT count(*) FROM bans WHERE state = 4") == 5);
}

TEST_CASE("bans spread over time pass; those of one day do not") {
    Rogue rogue;
    for (int i = 0; i < 200; ++i) {
        rogue.fixture.now += 3 * base::kMinuteMs;
        REQUIRE(rogue.ban() == "grace");
    }
    CHECK(rogue.ban() == "proposed");
    CHECK(rogue.mode() == PropagationMode::review);
}

TEST_CASE("a busy server may ban more in ten minutes, up to the limit for all") {
    const auto bans_until_trip = [](int history) {
        Rogue rogue;
        rogue.give_history(history);
        int placed = 0;
        while (rogue.ban() == "grace") {
            REQUIRE(++placed < 100);
        }
        return placed;
    };
    CHECK(bans_until_trip(0) == 5);
    CHECK(bans_until_trip(2 * 4320) == 10);  // two in each ten minutes of 30 days
    CHECK(bans_until_trip(10 * 4320) == 20);
}

TEST_CASE("staff set the mode again: the counting begins anew") {
    Rogue rogue;
    while (rogue.ban() == "grace") {
    }
    rogue.fixture.now += 1;
    rogue.set_auto();
    CHECK(rogue.count("SELECT breaker_at IS NULL FROM servers") == 1);
    rogue.fixture.now += 1;
    for (int i = 0; i < 5; ++i) {
        CHECK(rogue.ban() == "grace");
    }
    CHECK(rogue.ban() == "proposed");
    CHECK(rogue.count(kTripsAudited) == 2);
}

TEST_CASE("counting stays within an index") {
    Rogue rogue;
    rogue.fixture.unit([&](ingest::UnitOfWork& work) {
        auto query = work.database.query(
            "EXPLAIN QUERY PLAN SELECT count(*) FROM bans WHERE server_id = 1 AND mode = 3 AND "
            "created_at > 1"
        );
        REQUIRE(query.step());
        CHECK(
            query.text(3) ==
            "SEARCH bans USING COVERING INDEX bans_by_server (server_id=? AND mode=? AND "
            "created_at>?)"
        );
    });
}
