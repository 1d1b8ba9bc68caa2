// Bans that follow from another, over the real gate and lists.
#include "bans/ban_queries.h"
#include "ingest/fixture.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;
using bans::BanState;
using bans::FollowError;

namespace {

constexpr base::UnixMs kGrace = 10 * base::kMinuteMs;

identity::Player licensed(int seed) {
    return {{{IdentifierType::license, tag_of("license", seed)}}, {}, {}};
}

class Family {
public:
    using Followed = std::variant<bans::Bans::Placed, FollowError>;

    std::uint64_t ban(Sender& origin, int seed, std::int64_t seconds = 0) {
        return *parse_ban_code(fixture.ban(origin, player({{"license", seed}}), seconds));
    }

    Followed
    follow(std::uint64_t parent, const Sender& origin, int seed, base::UnixMs grace_ms = 0) {
        const auto key = fixture.network().ring.current()->find(origin.key_id);
        bans::NewBan wanted;
        wanted.target = licensed(seed);
        wanted.category = bans::Category::cheating;
        wanted.reason = "the same machine";
        Followed followed = FollowError::not_in_force;
        fixture.unit([&](ingest::UnitOfWork& work) {
            followed =
                work.bans.place_following(parent, wanted, *key->server, grace_ms, fixture.now);
        });
        return followed;
    }

    bans::Ban must_follow(std::uint64_t parent, const Sender& origin, int seed) {
        const auto followed = follow(parent, origin, seed);
        REQUIRE(std::holds_alternative<bans::Bans::Placed>(followed));
        return std::get<bans::Bans::Placed>(followed).ban;
    }

    FollowError refused(std::uint64_t parent, const Sender& origin, int seed) {
        const auto followed = follow(parent, origin, seed);
        REQUIRE(std::holds_alternative<FollowError>(followed));
        return std::get<FollowError>(followed);
    }

    bans::Bans::Decided lift(std::uint64_t number, bans::BanAction action = bans::BanAction::lift) {
        std::optional<bans::Bans::Decided> lifted;
        fixture.unit([&](ingest::UnitOfWork& work) {
            lifted = std::get<bans::Bans::Decided>(
                work.bans.decide(number, action, {"ann", "wrong person", fixture.now})
            );
        });
        return *lifted;
    }

    void approve(std::uint64_t number) {
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto done =
                work.bans.decide(number, bans::BanAction::approve, {"ann", "seen", fixture.now});
            REQUIRE(std::holds_alternative<bans::Bans::Decided>(done));
        });
    }

    bans::Ban load(std::uint64_t number) {
        std::optional<bans::Ban> ban;
        fixture.unit([&](ingest::UnitOfWork& work) { ban = work.bans.load(number); });
        return ban.value();
    }

    bool refuses(Sender& sender, int seed) {
        return fixture.join(sender, player({{"license", seed}})).at("decision") == "ban";
    }

    GateFixture fixture;
    Sender a = fixture.add_server("a", PropagationMode::automatic);
    Sender b = fixture.add_server("b", PropagationMode::review);
    Sender c = fixture.add_server("c", PropagationMode::local);
};

}  // namespace

TEST_CASE("a ban that follows is of category evasion, of its server's mode, and names its parent") {
    Family family;
    const auto parent = family.ban(family.a, 1);
    const auto by_auto = family.must_follow(parent, family.a, 2);
    CHECK(by_auto.category == bans::Category::evasion);
    CHECK(by_auto.state == BanState::active);
    CHECK(by_auto.follows == parent);
    CHECK(family.load(by_auto.number).follows == parent);
    CHECK(family.must_follow(parent, family.b, 3).state == BanState::proposed);
    CHECK(family.must_follow(parent, family.c, 4).state == BanState::local);
    const auto waiting = std::get<bans::Bans::Placed>(family.follow(parent, family.a, 5, kGrace));
    CHECK(waiting.ban.state == BanState::grace);
    CHECK(waiting.ban.grace_until == family.fixture.now + kGrace);
    CHECK(family.refuses(family.b, 2));
    CHECK_FALSE(family.refuses(family.a, 4));
    family.fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(bans::followers_of(work.database, parent).size() == 4);
    });
}

TEST_CASE("it goes no further than its parent") {
    Family family;
    auto a2 = family.fixture.add_server("a2", PropagationMode::automatic, "b");
    const auto proposed = family.ban(family.b, 1);
    CHECK(family.must_follow(proposed, a2, 2).state == BanState::proposed);
    CHECK(family.refused(proposed, family.a, 3) == FollowError::not_in_force);
    family.fixture.unit([&](ingest::UnitOfWork& work) {
        (void)work.bans.decide(proposed, bans::BanAction::reject, {"ann", "", family.fixture.now});
    });
    CHECK(family.must_follow(proposed, a2, 4).state == BanState::local);
    const auto local = family.ban(family.c, 5);
    CHECK(family.must_follow(local, family.c, 6).state == BanState::local);
    CHECK(family.refused(local, family.a, 7) == FollowError::not_in_force);
}

TEST_CASE("it ends with its parent at the latest") {
    Family family;
    const auto parent = family.ban(family.a, 1, 60);
    const auto child = family.must_follow(parent, family.a, 2);
    CHECK(child.expires_at == family.load(parent).expires_at);
    family.fixture.now += 60'000;
    family.fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(work.bans.tick(family.fixture.now, 100).size() == 2);
    });
    CHECK(family.load(child.number).state == BanState::expired);
    CHECK(family.refused(parent, family.a, 3) == FollowError::not_in_force);
}

TEST_CASE("staff lift all that followed, at every remove, everywhere at once") {
    Family family;
    const auto parent = family.ban(family.a, 1);
    const auto child = family.must_follow(parent, family.a, 2).number;
    const auto grandchild = family.must_follow(child, family.a, 3).number;
    const auto adopted = family.must_follow(parent, family.b, 4).number;
    family.approve(adopted);
    const auto stranger = family.ban(family.a, 5);
    CHECK(family.refuses(family.b, 4));
    auto followers = family.lift(parent).followers;
    std::ranges::sort(followers);
    std::vector expected{child, grandchild, adopted};
    std::ranges::sort(expected);
    CHECK(followers == expected);
    for (const int seed : {1, 2, 3, 4}) {
        CHECK_FALSE(family.refuses(family.b, seed));
    }
    const auto ended = family.load(grandchild);
    CHECK(ended.state == BanState::lifted);
    CHECK(ended.decided_by == "ann");
    CHECK(ended.decision_note == "wrong person");
    CHECK(family.load(stranger).state == BanState::active);
}

TEST_CASE("what followed from a ban that was wrong was wrong as well, adopted or not") {
    Family family;
    const auto parent = family.ban(family.a, 1);
    const auto child = family.must_follow(parent, family.a, 2).number;
    const auto adopted = family.must_follow(parent, family.b, 3).number;
    family.approve(adopted);
    CHECK(family.lift(parent, bans::BanAction::overturn).followers.size() == 2);
    family.fixture.unit([&](ingest::UnitOfWork& work) {
        for (const auto number : {parent, child, adopted}) {
            const auto last =
                bans::changes_of(work.database, *family.fixture.network().sealer, number).back();
            CHECK(last.action == bans::BanAction::overturn);
            CHECK(last.to == BanState::lifted);
            CHECK(last.who == "ann");
        }
    });
    for (const int seed : {1, 2, 3}) {
        CHECK_FALSE(family.refuses(family.b, seed));
    }
}

TEST_CASE("the origin's unban takes along what followed, but for what staff adopted") {
    Family family;
    const auto parent = family.ban(family.a, 1);
    const auto child = family.must_follow(parent, family.a, 2).number;
    const auto adopted = family.must_follow(parent, family.b, 3).number;
    family.approve(adopted);
    const auto below = family.must_follow(adopted, family.a, 4).number;
    const auto code = std::string(print_ban_code(parent).view());
    const auto unban = family.fixture.event(family.a, "unban", R"("code":")" + code + '"');
    CHECK(unban.at("ban").at("state") == "lifted");
    CHECK(family.load(child).state == BanState::lifted);
    CHECK(family.load(adopted).state == BanState::active);
    CHECK(family.load(below).state == BanState::active);
}

TEST_CASE("what was spared when one of a family ended still ends with the family") {
    Family family;
    const auto root = family.ban(family.a, 1);
    const auto child = family.must_follow(root, family.b, 2).number;
    const auto grandchild = family.must_follow(child, family.b, 3).number;
    family.approve(grandchild);
    const auto code = std::string(print_ban_code(child).view());
    const auto unban = family.fixture.event(family.b, "unban", R"("code":")" + code + '"');
    CHECK(unban.at("ban").at("state") == "lifted");
    CHECK(family.load(grandchild).state == BanState::active);
    CHECK(family.lift(root).followers == std::vector{grandchild});
    CHECK_FALSE(family.refuses(family.a, 3));
}

TEST_CASE("a ban whose time is over is none, even before the clock has ended it") {
    Family family;
    const auto parent = family.ban(family.a, 1, 60);
    (void)family.must_follow(parent, family.a, 2);
    family.fixture.now += 60'000;
    CHECK(family.refused(parent, family.b, 3) == FollowError::not_in_force);
    const auto again = family.ban(family.a, 1, 60);
    CHECK(again != parent);
    CHECK(family.load(again).state == BanState::active);
    CHECK(family.must_follow(again, family.a, 2).follows == again);
}

TEST_CASE("the same account again is the same ban, and a family has an end") {
    Family family;
    const auto parent = family.ban(family.a, 1);
    const auto child = family.must_follow(parent, family.a, 2).number;
    const auto again = std::get<bans::Bans::Placed>(family.follow(parent, family.a, 2));
    CHECK_FALSE(again.is_new);
    CHECK(again.ban.number == child);
    for (int seed = 3; seed < bans::kMaxFollowers + 2; ++seed) {
        (void)family.must_follow(seed % 2 == 0 ? parent : child, family.a, seed);
    }
    CHECK(family.refused(parent, family.a, 1000) == FollowError::too_many);
    CHECK(family.refused(child, family.a, 1000) == FollowError::too_many);
    CHECK(family.lift(parent).followers.size() == bans::kMaxFollowers);
}
