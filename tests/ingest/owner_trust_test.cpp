// Whose word counts for others: new owners, those staff do not believe, and those in trouble.
#include "auth/owner_trust.h"

#include "ingest/fixture.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;
using auth::Trust;

namespace {

/// Somebody with this licence and this Discord account.
std::string someone(int license, int discord) {
    return player({{"license", license}, {"discord", discord}});
}

/// alpha and beta are believed; the newcomer was registered today.
class Town {
public:
    Town() { set_trust("newcomer", Trust::unproven); }

    void set_trust(const std::string& server, Trust trust) {
        fixture.unit([&](ingest::UnitOfWork& work) {
            auth::OwnerTrust(work.database).set(owner_of(work, server), trust);
        });
    }

    bool counts(const std::string& server) {
        bool found = false;
        fixture.unit([&](ingest::UnitOfWork& work) {
            found = auth::OwnerTrust(work.database).counts(owner_of(work, server));
        });
        return found;
    }

    static std::int64_t owner_of(ingest::UnitOfWork& work, const std::string& server) {
        auto query = work.database.query("SELECT owner_id FROM servers WHERE id = ?");
        REQUIRE(query.bind(work.servers.find(server)).step());
        return query.integer(0);
    }

    std::string join(Sender& server, const std::string& who) {
        return std::string(fixture.join(server, who).at("decision").as_string());
    }

    /// Both servers have seen the two accounts together, then alpha bans.
    void ban_seen_by(Sender& witness, int seed) {
        (void)join(alpha, someone(seed, seed));
        (void)join(witness, someone(seed, seed));
        (void)fixture.ban(alpha, someone(seed, seed));
    }

    GateFixture fixture;
    Sender alpha = fixture.add_server("alpha", PropagationMode::automatic);
    Sender beta = fixture.add_server("beta", PropagationMode::automatic);
    Sender newcomer = fixture.add_server("newcomer", PropagationMode::automatic);
};

}  // namespace

TEST_CASE("a new owner is no second witness, until staff believe it") {
    Town town;
    for (const int seed : {1, 2, 3}) {
        town.ban_seen_by(town.newcomer, seed);
    }
    CHECK(town.join(town.beta, someone(11, 1)) == "watch");
    town.set_trust("newcomer", Trust::full);
    CHECK(town.join(town.beta, someone(12, 2)) == "ban");
    town.set_trust("newcomer", Trust::own);
    CHECK(town.join(town.beta, someone(13, 3)) == "watch");
}

TEST_CASE("what two believed owners have seen together is on the network's list, else it is not") {
    Town town;
    const auto network_entries = [&] {
        GateFixture::Lists lists;
        town.fixture.sync(town.beta, lists);
        return lists.network.size();
    };
    town.ban_seen_by(town.newcomer, 1);
    CHECK(network_entries() == 1);
    town.set_trust("newcomer", Trust::own);
    town.ban_seen_by(town.newcomer, 2);
    CHECK(network_entries() == 2);
    town.set_trust("newcomer", Trust::full);
    town.ban_seen_by(town.newcomer, 3);
    CHECK(network_entries() == 4);
}

TEST_CASE("an owner that counts for others no more still counts for itself") {
    Town town;
    town.set_trust("newcomer", Trust::own);
    (void)town.join(town.newcomer, someone(1, 1));
    (void)town.fixture.ban(town.newcomer, player({{"license", 1}}));
    CHECK(town.join(town.newcomer, someone(2, 1)) == "ban");
}

TEST_CASE("an owner with a server behind the breaker, or suspended, does not count meanwhile") {
    Town town;
    CHECK(town.counts("alpha"));
    const auto change = [&](const std::function<void(auth::Servers&, std::int64_t)>& how) {
        town.fixture.unit([&](ingest::UnitOfWork& work) {
            how(work.servers, work.servers.find("alpha").value());
        });
    };
    change([&](auto& servers, auto row) { CHECK(servers.trip_breaker(row, town.fixture.now)); });
    CHECK_FALSE(town.counts("alpha"));
    change([&](auto& servers, auto row) {
        servers.set_mode(row, PropagationMode::review, town.fixture.now);
    });
    CHECK(town.counts("alpha"));
    change([](auto& servers, auto row) { servers.set_suspended(row, true); });
    CHECK_FALSE(town.counts("alpha"));
    change([](auto& servers, auto row) { servers.set_suspended(row, false); });
    CHECK(town.counts("alpha"));
}

TEST_CASE("two new owners link nobody for a third") {
    Town town;
    auto second = town.fixture.add_server("second", PropagationMode::automatic);
    town.set_trust("second", Trust::unproven);
    for (auto* server : {&town.newcomer, &second}) {
        (void)town.join(*server, someone(1, 1));
        (void)town.join(*server, someone(2, 1));
    }
    (void)town.fixture.ban(town.alpha, player({{"license", 1}}));
    CHECK(town.join(town.beta, player({{"license", 2}})) == "allow");
    town.set_trust("newcomer", Trust::full);
    CHECK(town.join(town.beta, player({{"license", 2}})) == "allow");
    town.set_trust("second", Trust::full);
    CHECK(town.join(town.beta, player({{"license", 2}})) == "ban");
}

TEST_CASE("new owners wash nobody clean: no further account, no rival") {
    Town town;
    (void)town.join(town.alpha, someone(1, 1));
    (void)town.fixture.ban(town.alpha, player({{"license", 1}}));
    std::vector<Sender> accomplices;
    for (int number = 0; number < 5; ++number) {
        const auto name = "accomplice " + std::to_string(number);
        accomplices.push_back(town.fixture.add_server(name, PropagationMode::automatic));
        town.set_trust(name, Trust::unproven);
        // The banned licence looks passed around, its Discord account shared.
        (void)town.join(accomplices.back(), someone(1, 100 + number));
        (void)town.join(accomplices.back(), someone(200 + number, 1));
    }
    // The next licence has a Discord account of its own already.
    (void)town.join(accomplices.front(), someone(2, 300));
    CHECK(town.join(town.alpha, someone(2, 1)) == "ban");
}

TEST_CASE("a new owner is believed when it has been heard for long enough") {
    Town town;
    const auto prove = [&](base::UnixMs heard_until) {
        std::size_t proven = 0;
        town.fixture.unit([&](ingest::UnitOfWork& work) {
            proven = auth::OwnerTrust(work.database).prove(heard_until).size();
        });
        return proven;
    };
    CHECK(prove(town.fixture.now + base::kDayMs) == 0);  // it has said nothing yet
    const std::string hello = R"({"protocol":1,"resource_version":"0.1.0","tag_schemes":[1]})";
    CHECK(town.fixture.post(town.newcomer, "/v1/hello", hello).status() == 200);
    const auto heard = town.fixture.now;
    town.fixture.now += base::kDayMs;
    CHECK(town.fixture.post(town.newcomer, "/v1/hello", hello).status() == 200);
    CHECK(prove(heard - 1) == 0);
    CHECK_FALSE(town.counts("newcomer"));
    CHECK(prove(heard) == 1);
    CHECK(town.counts("newcomer"));
    CHECK(prove(heard) == 0);
    town.set_trust("newcomer", Trust::own);
    CHECK(prove(heard) == 0);  // the word of staff stands
}
