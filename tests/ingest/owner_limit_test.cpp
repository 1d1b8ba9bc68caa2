// What all servers of one owner together may ban in a day, over the real gate with the test's
// clock.
#include "auth/owner_queries.h"
#include "auth/owner_trust.h"
#include "auth/owners.h"
#include "ingest/fixture.h"

#include <boost/json/object.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;

namespace {

constexpr base::UnixMs kGrace = 30 * base::kMinuteMs;
constexpr std::int64_t kLimit = 20;

/// Ten servers of one owner, and one of another.
class Group {
public:
    explicit Group(PropagationMode mode) {
        for (int number = 0; number < 10; ++number) {
            own.push_back(fixture.add_server(fmt::format("own {}", number), mode, "group"));
        }
    }

    /// State of a ban on somebody new.
    std::string ban(Sender& server) {
        const auto target = player({{"license", ++seed_}});
        const auto answer = fixture.event(
            server,
            "ban",
            fmt::format(
                R"("target":{},"category":"cheating","reason":"x","duration":0,"issuer":"y")",
                target
            )
        );
        return std::string(answer.at("ban").at("state").as_string());
    }

    /// One after the other, as often as they may together.
    void fill() {
        for (std::int64_t placed = 0; placed < kLimit; ++placed) {
            REQUIRE(ban(own[static_cast<std::size_t>(placed) % own.size()]) != "local");
        }
    }

    std::int64_t count(const char* sql) {
        std::int64_t counted = -1;
        fixture.unit([&](ingest::UnitOfWork& work) {
            auto query = work.database.query(sql);
            if (query.step()) counted = query.integer(0);
        });
        return counted;
    }

    PropagationMode mode(const Sender& server) {
        return fixture.network().ring.current()->find(server.key_id)->server->mode;
    }

    void set_modes(PropagationMode mode) {
        fixture.unit([&](ingest::UnitOfWork& work) {
            for (int number = 0; number < 10; ++number) {
                const auto row = work.servers.find(fmt::format("own {}", number)).value();
                work.servers.set_mode(row, mode, fixture.now);
                work.server_changed(row);
            }
        });
    }

    /// Its word, for others.
    bool counts() {
        const auto reader = fixture.reader();
        const auto owner = auth::Owners(*reader, *fixture.network().sealer).find("group").value();
        return auth::OwnerTrust(*reader).counts(owner);
    }

    std::int64_t limited() {
        std::int64_t counted = -1;
        fixture.unit([&](ingest::UnitOfWork& work) {
            counted = auth::count_owners(work.database, fixture.now).limited;
        });
        return counted;
    }

    GateFixture fixture{kGrace, {1'000'000, 1'000'000, 1'000'000, 1'000'000, kLimit}};
    std::vector<Sender> own;
    Sender other = fixture.add_server("other", PropagationMode::automatic);

private:
    int seed_ = 0;
};

constexpr const char* kAudited = "SELECT count(*) FROM audit WHERE action = 'owner.limit'";
constexpr const char* kGraced = "SELECT count(*) FROM bans WHERE state = 3";
constexpr const char* kProposed = "SELECT count(*) FROM bans WHERE state = 2";

}  // namespace

TEST_CASE("ten servers of one owner together reach the limit of one owner") {
    Group group(PropagationMode::automatic);
    group.fill();
    CHECK(group.count(kGraced) == kLimit);
    CHECK(group.limited() == 0);
    CHECK(group.ban(group.own[7]) == "local");
    for (const auto& server : group.own) {
        CHECK(group.mode(server) == PropagationMode::review);
    }
    CHECK(group.count(kGraced) == 0);
    CHECK(group.count(kProposed) == kLimit);
    CHECK(group.limited() == 1);
    CHECK(group.ban(group.other) == "grace");
}

TEST_CASE("what is beyond the limit is stored and binds the owner's servers") {
    Group group(PropagationMode::automatic);
    group.fill();
    (void)group.fixture.ban(group.own[0], player({{"license", 900}}));
    CHECK(group.fixture.join(group.own[9], player({{"license", 900}})).at("decision") == "ban");
    CHECK(group.fixture.join(group.other, player({{"license", 900}})).at("decision") == "allow");
}

TEST_CASE("bans that staff are to look at count, too") {
    Group group(PropagationMode::review);
    group.fill();
    CHECK(group.ban(group.own[0]) == "local");
    CHECK(group.limited() == 1);
    CHECK(group.mode(group.own[0]) == PropagationMode::review);
}

TEST_CASE("an owner at its limit is no witness until staff have set the modes of its servers") {
    for (const auto mode : {PropagationMode::review, PropagationMode::automatic}) {
        Group group(mode);
        group.fill();
        CHECK(group.counts());
        CHECK(group.ban(group.own[0]) == "local");
        CHECK_FALSE(group.counts());
        group.fixture.now += 2 * base::kDayMs;
        CHECK_FALSE(group.counts());
        group.set_modes(mode);
        CHECK(group.counts());
    }
}

TEST_CASE("a server in mode local is none of those that the owner's limit stops") {
    Group group(PropagationMode::review);
    auto local = group.fixture.add_server("local", PropagationMode::local, "group");
    group.fill();
    CHECK(group.ban(group.own[0]) == "local");
    CHECK(group.mode(local) == PropagationMode::local);
    CHECK(group.count("SELECT count(*) FROM servers WHERE breaker_at IS NOT NULL") == 10);
}

TEST_CASE("staff are told once a day, and the next day the bans go on") {
    Group group(PropagationMode::review);
    group.fill();
    for (int more = 0; more < 5; ++more) {
        CHECK(group.ban(group.own[1]) == "local");
    }
    CHECK(group.count(kAudited) == 1);
    group.fixture.now += base::kDayMs;
    CHECK(group.limited() == 0);
    group.fill();
    CHECK(group.ban(group.own[2]) == "local");
    CHECK(group.count(kAudited) == 2);
}

TEST_CASE("when staff set the mode of a server, what it banned before counts no more") {
    Group group(PropagationMode::automatic);
    group.fill();
    CHECK(group.ban(group.own[0]) == "local");
    group.fixture.unit([&](ingest::UnitOfWork& work) {
        const auto row = work.servers.find("own 0").value();
        work.servers.set_mode(row, PropagationMode::automatic, group.fixture.now);
        work.server_changed(row);
    });
    group.fixture.now += 1;
    CHECK(group.ban(group.own[0]) == "grace");
    CHECK(group.ban(group.own[1]) == "proposed");
    CHECK(group.ban(group.own[1]) == "local");
}

TEST_CASE("bans of a server in mode local never reach the limit") {
    Group group(PropagationMode::local);
    for (std::int64_t placed = 0; placed < 2 * kLimit; ++placed) {
        CHECK(group.ban(group.own[0]) == "local");
    }
    CHECK(group.count(kAudited) == 0);
}
