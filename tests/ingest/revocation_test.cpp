// What a server has caused, over the real gate and lists: what is found, what ends, what is spared.
#include "ingest/revocation.h"

#include "ingest/fixture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;
using bans::Adopted;
using bans::BanState;

namespace {

using Numbers = std::set<std::uint64_t>;

class Scene {
public:
    std::uint64_t ban(Sender& origin, int seed) {
        fixture.now += 1;
        return *parse_ban_code(fixture.ban(origin, player({{"license", seed}})));
    }

    std::uint64_t follow(std::uint64_t parent, const Sender& origin, int seed) {
        const auto key = fixture.network().ring.current()->find(origin.key_id);
        bans::NewBan wanted;
        wanted.target = {{{IdentifierType::license, tag_of("license", seed)}}, {}, {}};
        std::uint64_t number = 0;
        fixture.now += 1;
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto placed =
                work.bans.place_following(parent, wanted, *key->server, 0, fixture.now);
            number = std::get<bans::Bans::Placed>(placed).ban.number;
        });
        return number;
    }

    void approve(std::uint64_t number) {
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto done =
                work.bans.decide(number, bans::BanAction::approve, {"ann", "seen", fixture.now});
            REQUIRE(std::holds_alternative<bans::Bans::Decided>(done));
        });
    }

    /// What server `a` did from then on.
    bans::ServerSpan span(base::UnixMs since, std::optional<base::UnixMs> until = std::nullopt) {
        bans::ServerSpan found{0, since, until};
        fixture.unit([&](ingest::UnitOfWork& work) {
            found.server = work.servers.find("a").value();
        });
        return found;
    }

    ingest::ServerActions find(const bans::ServerSpan& span, Adopted adopted) {
        ingest::ServerActions actions;
        fixture.unit([&](ingest::UnitOfWork& work) {
            actions = ingest::find_actions(work.database, span, adopted);
        });
        return actions;
    }

    void revoke(const bans::ServerSpan& span, Adopted adopted) {
        for (const auto& step : ingest::in_steps(find(span, adopted))) {
            fixture.unit([&](ingest::UnitOfWork& work) {
                ingest::revoke_actions(work, step, {"srv_a", "ann", "rogue", fixture.now});
            });
        }
    }

    /// The numbers of the bans that are over.
    Numbers over() {
        Numbers found;
        fixture.unit([&](ingest::UnitOfWork& work) {
            auto query = work.database.query("SELECT number FROM bans WHERE state = 6");
            while (query.step()) {
                found.insert(static_cast<std::uint64_t>(query.integer(0)));
            }
        });
        return found;
    }

    GateFixture fixture;
    Sender a = fixture.add_server("a", PropagationMode::review);
    Sender b = fixture.add_server("b", PropagationMode::review);
};

Numbers numbers_of(const ingest::ServerActions& actions) {
    Numbers numbers;
    for (const auto& ban : actions.bans.ended) {
        numbers.insert(ban.number);
    }
    return numbers;
}

}  // namespace

TEST_CASE("a server's bans of a time end, and no other's; the preview says which") {
    Scene scene;
    const auto before = scene.ban(scene.a, 1);
    const auto since = scene.fixture.now + 1;
    const auto during = scene.ban(scene.a, 2);
    const auto others = scene.ban(scene.b, 3);
    const auto until = scene.fixture.now + 1;
    const auto later = scene.ban(scene.a, 4);
    const auto all = scene.find(scene.span(0), Adopted::spared);
    CHECK((numbers_of(all) == Numbers{before, during, later}));
    const auto span = scene.span(since, until);
    CHECK((numbers_of(scene.find(span, Adopted::spared)) == Numbers{during}));
    scene.revoke(span, Adopted::spared);
    CHECK((scene.over() == Numbers{during}));
    CHECK(scene.find(span, Adopted::included).empty());
    CHECK_FALSE(scene.over().contains(others));
}

TEST_CASE("what followed anywhere ends too, but for what staff adopted and what followed from that"
) {
    Scene scene;
    const auto parent = scene.ban(scene.a, 1);
    const auto adopted = scene.ban(scene.a, 2);
    scene.approve(parent);
    scene.approve(adopted);
    const auto since = scene.fixture.now + 1;
    const auto own = scene.follow(parent, scene.a, 3);  // by what it says of its own players
    const auto root = scene.ban(scene.a, 4);
    scene.fixture.unit([&](ingest::UnitOfWork& work) {  // on the network without the staff's word
        work.database.query("UPDATE bans SET state = 4 WHERE number = ?")
            .bind(static_cast<std::int64_t>(root))
            .run();
    });
    const auto child = scene.follow(root, scene.b, 5);
    const auto taken_over = scene.follow(root, scene.b, 6);
    scene.approve(taken_over);
    const auto below = scene.follow(taken_over, scene.b, 7);
    const auto recent = scene.ban(scene.a, 8);
    scene.approve(recent);
    const auto spared = scene.follow(recent, scene.b, 9);

    const auto span = scene.span(since);
    const auto found = scene.find(span, Adopted::spared);
    CHECK((numbers_of(found) == Numbers{own, root, child}));
    CHECK((found.bans.kept == std::vector{taken_over, recent}));
    const auto owned = std::ranges::count_if(found.bans.ended, &bans::CausedBan::is_own);
    CHECK(owned == 2);
    const auto with_adopted = scene.find(span, Adopted::included);
    CHECK((numbers_of(with_adopted) == Numbers{own, root, child, taken_over, below, recent, spared})
    );
    CHECK(with_adopted.bans.kept.empty());

    scene.revoke(span, Adopted::spared);
    CHECK((scene.over() == Numbers{own, root, child}));
    scene.revoke(span, Adopted::included);
    CHECK((scene.over() == Numbers{own, root, child, taken_over, below, recent, spared}));
    CHECK(scene.fixture.join(scene.b, player({{"license", 5}})).at("decision") == "allow");
}

TEST_CASE("one entry of the audit, whatever it ends; none for nothing") {
    Scene scene;
    for (int seed = 1; seed <= 5; ++seed) {
        (void)scene.ban(scene.a, seed);
    }
    const auto entries = [&] {
        std::int64_t count = 0;
        scene.fixture.unit([&](ingest::UnitOfWork& work) {
            auto query = work.database.query("SELECT count(*) FROM audit");
            REQUIRE(query.step());
            count = query.integer(0);
        });
        return count;
    };
    const auto before = entries();
    scene.revoke(scene.span(0), Adopted::spared);
    CHECK(scene.over().size() == 5);
    CHECK(entries() == before + 1);
    scene.revoke(scene.span(0), Adopted::spared);
    CHECK(entries() == before + 1);
}

TEST_CASE("many end in steps, of which each is a whole of its own; the rest is found again") {
    ingest::ServerActions actions;
    actions.bans.ended.resize(2 * ingest::kRevokedAtOnce + 1);
    for (std::size_t i = 0; i < actions.bans.ended.size(); ++i) {
        actions.bans.ended[i].number = i + 1;
    }
    actions.links.resize(3);
    const auto steps = ingest::in_steps(actions);
    REQUIRE(steps.size() == 3);
    CHECK(steps[0].bans.ended.size() == ingest::kRevokedAtOnce);
    CHECK(steps[0].links.size() == 3);
    CHECK(steps[1].bans.ended.front().number == ingest::kRevokedAtOnce + 1);
    CHECK(steps[1].links.empty());
    CHECK(steps[2].bans.ended.size() == 1);

    Scene scene;
    for (int seed = 1; seed <= 3; ++seed) {
        (void)scene.ban(scene.a, seed);
    }
    auto broken_off = scene.find(scene.span(0), Adopted::spared);
    const auto all = numbers_of(broken_off);
    broken_off.bans.ended.resize(1);
    scene.fixture.unit([&](ingest::UnitOfWork& work) {
        ingest::revoke_actions(work, broken_off, {"srv_a", "ann", "rogue", scene.fixture.now});
    });
    CHECK(scene.over().size() == 1);
    scene.revoke(scene.span(0), Adopted::spared);
    CHECK((scene.over() == all));
}

TEST_CASE("the bans of a server are found within an index") {
    Scene scene;
    scene.fixture.unit([&](ingest::UnitOfWork& work) {
        auto query = work.database.query(
            "EXPLAIN QUERY PLAN SELECT number FROM bans WHERE server_id = 1 AND created_at >= 2 "
            "AND state NOT IN (6, 7, 10)"
        );
        REQUIRE(query.step());
        CHECK(query.text(3) == "SEARCH bans USING INDEX bans_by_server (server_id=?)");
    });
}
