// Bans that rest on nobody, and what is counted for whom, over the real gate.
#include "bans/orphans.h"

#include "bans/ban_queries.h"
#include "bans/reputation.h"
#include "ingest/fixture.h"

#include <doctest/doctest.h>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;
using bans::OrphanReason;

namespace {

constexpr base::UnixMs kSilence = 90 * base::kDayMs;

class Scene {
public:
    std::uint64_t ban(int seed) {
        return *parse_ban_code(fixture.ban(origin, player({{"license", seed}})));
    }

    std::uint64_t follow(std::uint64_t parent, int seed) {
        const auto key = fixture.network().ring.current()->find(origin.key_id);
        bans::NewBan wanted;
        wanted.target = {{{IdentifierType::license, tag_of("license", seed)}}, {}, {}};
        std::uint64_t number = 0;
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto placed =
                work.bans.place_following(parent, wanted, *key->server, 0, fixture.now);
            number = std::get<bans::Bans::Placed>(placed).ban.number;
        });
        return number;
    }

    void decide(std::uint64_t number, bans::BanAction action) {
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto done = work.bans.decide(number, action, {"ann", "seen", fixture.now});
            REQUIRE(std::holds_alternative<bans::Bans::Decided>(done));
        });
    }

    std::optional<bans::Orphan> orphan(std::uint64_t number) {
        std::optional<bans::Orphan> found;
        fixture.unit([&](ingest::UnitOfWork& work) {
            found = bans::orphan_of(work.database, number, fixture.now - kSilence);
        });
        return found;
    }

    /// The list and the count agree.
    std::vector<std::uint64_t> orphans() {
        std::vector<std::uint64_t> found;
        fixture.unit([&](ingest::UnitOfWork& work) {
            bans::BanFilter filter;
            filter.orphaned = fixture.now - kSilence;
            found = bans::find_bans(work.database, filter);
            const auto count = bans::count_orphans(work.database, fixture.now - kSilence);
            CHECK(count == static_cast<std::int64_t>(found.size()));
        });
        return found;
    }

    bans::ServerReputation reputation() {
        bans::ServerReputation found;
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto row = work.servers.find("one").value();
            const auto& sealer = *fixture.network().sealer;
            found = bans::reputation_of_server(work.database, sealer, row, fixture.now);
            const auto all = bans::reputation_of_servers(work.database, fixture.now);
            CHECK(all.at(row).all.bans == found.server.all.bans);
            CHECK(all.at(row).all.overturned == found.server.all.overturned);
        });
        return found;
    }

    GateFixture fixture;
    Sender origin = fixture.add_server("one", PropagationMode::automatic);
};

}  // namespace

TEST_CASE("a ban is orphaned when its server is silent for so long, unless it is the staff's") {
    Scene scene;
    const auto own = scene.ban(1);
    const auto kept = scene.ban(2);
    const auto follower = scene.follow(own, 3);
    const auto lifted = scene.ban(4);
    scene.decide(lifted, bans::BanAction::lift);
    CHECK(scene.orphans().empty());
    scene.fixture.now += kSilence;
    CHECK(scene.orphans().empty());
    scene.fixture.now += 1;
    CHECK(scene.orphans().size() == 2);
    CHECK(scene.orphan(own).value().reason == OrphanReason::server_silent);
    CHECK_FALSE(scene.orphan(follower));
    CHECK_FALSE(scene.orphan(lifted));
    scene.decide(kept, bans::BanAction::keep);
    CHECK((scene.orphans() == std::vector{own}));
    CHECK_FALSE(scene.orphan(kept));
}

TEST_CASE("a ban that does not bind the network is its owner's affair") {
    Scene scene;
    scene.fixture.unit([&](ingest::UnitOfWork& work) {
        const auto row = work.servers.find("one").value();
        work.servers.set_mode(row, PropagationMode::review, scene.fixture.now);
        work.server_changed(row);
    });
    const auto proposed = scene.ban(1);
    scene.fixture.now += 2 * kSilence;
    CHECK(scene.orphans().empty());
    CHECK_FALSE(scene.orphan(proposed));
}

TEST_CASE("what follows from a ban counts for nobody; a pardon is not held against anybody") {
    Scene scene;
    const auto wrong = scene.ban(1);
    const auto pardoned = scene.ban(2);
    (void)scene.ban(3);
    (void)scene.follow(wrong, 4);
    scene.decide(wrong, bans::BanAction::overturn);
    scene.decide(pardoned, bans::BanAction::lift);
    const auto& [all, recent] = scene.reputation().server;
    CHECK(all.bans == 3);
    CHECK(all.standing == 1);
    CHECK(all.overturned == 1);
    CHECK(recent.overturned == 1);
    scene.fixture.now += bans::kRecentMs;
    CHECK(scene.reputation().server.recent.bans == 0);
    CHECK(scene.reputation().server.all.bans == 3);
}
