// One ban in the place of another, over the real gate and lists.
#include "bans/ban_queries.h"
#include "ingest/fixture.h"
#include "review/appeals.h"
#include "store/journal_record.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;
using bans::BanAction;
using bans::BanState;
using bans::Superseded;
using bans::SupersedeError;

namespace {

identity::Player licensed(int seed) {
    return {{{IdentifierType::license, tag_of("license", seed)}}, {}, {}};
}

/// Two owners that ban the same player, and one whose bans stay at home.
class Twice {
public:
    using Result = std::variant<Superseded, SupersedeError>;

    std::uint64_t ban(Sender& origin, const std::string& who, std::int64_t seconds = 0) {
        return *parse_ban_code(fixture.ban(origin, who, seconds));
    }

    std::uint64_t ban_by_staff(const identity::Player& target) {
        bans::NewBan wanted;
        wanted.target = target;
        std::uint64_t number = 0;
        fixture.unit([&](ingest::UnitOfWork& work) {
            number = work.bans.place_by_staff(wanted, "ben", fixture.now).number;
        });
        return number;
    }

    std::uint64_t follow(std::uint64_t parent, const Sender& origin, int seed) {
        const auto key = fixture.network().ring.current()->find(origin.key_id);
        bans::NewBan wanted;
        wanted.target = licensed(seed);
        std::uint64_t number = 0;
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto done =
                work.bans.place_following(parent, wanted, *key->server, 0, fixture.now);
            number = std::get<bans::Bans::Placed>(done).ban.number;
        });
        return number;
    }

    Result supersede(std::uint64_t number, std::uint64_t by, bool may_be_shorter = false) {
        Result result = SupersedeError::unknown_code;
        fixture.unit([&](ingest::UnitOfWork& work) {
            result =
                work.bans.supersede({number, by, may_be_shorter}, {"ann", "tidy", fixture.now});
            last_fact = store::pending_facts(work.database).back();
        });
        return result;
    }

    SupersedeError refused(std::uint64_t number, std::uint64_t by) {
        const auto before = load(number).state;
        const auto result = supersede(number, by);
        REQUIRE(std::holds_alternative<SupersedeError>(result));
        CHECK(load(number).state == before);
        return std::get<SupersedeError>(result);
    }

    Superseded must(std::uint64_t number, std::uint64_t by, bool may_be_shorter = false) {
        const auto result = supersede(number, by, may_be_shorter);
        REQUIRE(std::holds_alternative<Superseded>(result));
        return std::get<Superseded>(result);
    }

    void decide(std::uint64_t number, BanAction action) {
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto done = work.bans.decide(number, action, {"ann", "seen", fixture.now});
            REQUIRE(std::holds_alternative<bans::Bans::Decided>(done));
        });
    }

    bans::Ban load(std::uint64_t number) {
        std::optional<bans::Ban> ban;
        fixture.unit([&](ingest::UnitOfWork& work) { ban = work.bans.load(number); });
        return ban.value();
    }

    std::int64_t appeal(std::uint64_t number) {
        std::int64_t id = 0;
        fixture.unit([&](ingest::UnitOfWork& work) {
            review::Appeals appeals(work.database, *fixture.network().sealer);
            const auto opened = appeals.open(
                {number, {}, fixture.now + base::kDayMs},
                {review::MessageKind::by_player, "ann", "not me", fixture.now}
            );
            id = std::get<std::int64_t>(opened);
        });
        return id;
    }

    review::Appeal load_appeal(std::int64_t id) {
        std::optional<review::Appeal> appeal;
        fixture.unit([&](ingest::UnitOfWork& work) {
            appeal = review::Appeals(work.database, *fixture.network().sealer).load(id);
        });
        return appeal.value();
    }

    bool refuses(Sender& sender, int seed) {
        return fixture.join(sender, player({{"license", seed}})).at("decision") == "ban";
    }

    GateFixture fixture;
    Sender a = fixture.add_server("a", PropagationMode::automatic);
    Sender b = fixture.add_server("b", PropagationMode::review);
    Sender c = fixture.add_server("c", PropagationMode::local);
    store::JournalFact last_fact;
};

}  // namespace

TEST_CASE("one ban stands for the person, and both say so") {
    Twice twice;
    const auto proposed = twice.ban(twice.b, player({{"license", 1}}));
    const auto active = twice.ban(twice.a, player({{"license", 1}}));
    const auto done = twice.must(proposed, active);
    CHECK(done.ban.state == BanState::superseded);
    CHECK_FALSE(done.extended);
    CHECK(twice.load(proposed).superseded_by == active);
    const store::BanEnded ended{
        proposed,
        static_cast<std::uint8_t>(BanState::superseded),
        false,
        active};
    CHECK((twice.last_fact == store::JournalFact(ended)));
    GateFixture::Lists lists;
    twice.fixture.sync(twice.b, lists);
    CHECK(lists.owner.size() == 0);
    CHECK(lists.network.size() == 1);
    CHECK(twice.refuses(twice.b, 1));
    twice.fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(bans::superseded_by(work.database, active) == std::vector{proposed});
        const auto& sealer = *twice.fixture.network().sealer;
        CHECK(bans::changes_of(work.database, sealer, proposed).back().reason == "tidy");
        const auto last = bans::changes_of(work.database, sealer, active).back();
        CHECK(last.action == BanAction::keep);
        CHECK(last.reason == fmt::format("in place of {}: tidy", print_ban_code(proposed).view()));
    });
    // Staff stand for it now.
    const auto code = std::string(print_ban_code(active).view());
    const auto unban = twice.fixture.event(twice.a, "unban", R"("code":")" + code + '"');
    CHECK(unban.at("code") == "unknown_code");
    CHECK(twice.refused(proposed, active) == SupersedeError::is_over);
}

TEST_CASE("what another ban must be to take the place of one") {
    Twice twice;
    const auto one = player({{"license", 1}});
    const auto proposed = twice.ban(twice.b, one);
    const auto active = twice.ban(twice.a, one, 3600);
    const auto local = twice.ban(twice.c, one);
    const auto strangers = twice.ban(twice.a, player({{"license", 2}}));
    const auto over = twice.ban(twice.a, player({{"license", 3}}));
    twice.decide(over, BanAction::lift);
    CHECK(twice.refused(proposed, proposed) == SupersedeError::same_ban);
    CHECK(twice.refused(proposed, over) == SupersedeError::other_is_over);
    CHECK(twice.refused(proposed, strangers) == SupersedeError::other_person);
    CHECK(twice.refused(proposed, local) == SupersedeError::narrower);
    CHECK(twice.refused(active, proposed) == SupersedeError::narrower);
    CHECK(twice.refused(proposed, active) == SupersedeError::shorter);
    const auto child = twice.follow(active, twice.a, 4);
    CHECK(twice.refused(child, active) == SupersedeError::one_family);
    CHECK(twice.refused(active, child) == SupersedeError::one_family);
    CHECK(std::get<SupersedeError>(twice.supersede(proposed, 1)) == SupersedeError::unknown_other);
    CHECK(std::get<SupersedeError>(twice.supersede(1, active)) == SupersedeError::unknown_code);
    CHECK(twice.must(proposed, active, true).ban.state == BanState::superseded);
    // Its time is over, though the clock has not ended it.
    twice.fixture.now += 3600 * base::kSecondMs;
    CHECK(twice.refused(local, active) == SupersedeError::other_is_over);
}

TEST_CASE("what followed goes on to follow, ends with the other, and is lifted with it") {
    Twice twice;
    const auto one = player({{"license", 1}});
    const auto first = twice.ban(twice.a, one, 3600);
    const auto child = twice.follow(first, twice.a, 2);
    const auto grandchild = twice.follow(child, twice.b, 3);
    const auto second = twice.ban_by_staff(licensed(1));
    auto followers = twice.must(first, second).followers;
    CHECK(followers.size() == 2);
    CHECK(twice.load(child).follows == second);
    CHECK(twice.load(grandchild).follows == child);
    CHECK_FALSE(twice.load(child).expires_at);
    CHECK_FALSE(twice.load(grandchild).expires_at);
    twice.fixture.now += 3600 * base::kSecondMs;
    twice.fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(work.bans.tick(twice.fixture.now, 9).empty());
    });
    CHECK(twice.refuses(twice.c, 2));
    twice.decide(second, BanAction::overturn);
    for (const int seed : {1, 2, 3}) {
        CHECK_FALSE(twice.refuses(twice.c, seed));
    }
    CHECK(twice.load(grandchild).state == BanState::lifted);
}

TEST_CASE("nothing that followed outlasts a shorter ban") {
    Twice twice;
    const auto first = twice.ban_by_staff(licensed(1));
    const auto child = twice.follow(first, twice.a, 2);
    const auto second = twice.ban(twice.a, player({{"license", 1}}), 3600);
    (void)twice.must(first, second, true);
    CHECK(twice.load(child).expires_at == twice.load(second).expires_at);
    twice.fixture.now += 3600 * base::kSecondMs;
    twice.fixture.unit([&](ingest::UnitOfWork& work) {
        CHECK(work.bans.tick(twice.fixture.now, 9).size() == 2);
    });
    CHECK_FALSE(twice.refuses(twice.c, 2));
}

TEST_CASE("accounts that only the superseded one bound stay bound") {
    Twice twice;
    auto target = licensed(1);
    target.tags.push_back({IdentifierType::discord, tag_of("discord", 1)});
    const auto wide = twice.ban_by_staff(target);
    const auto narrow = twice.ban(twice.a, player({{"license", 1}}));
    const auto extended = twice.must(wide, narrow).extended;
    REQUIRE(extended);
    CHECK(twice.load(*extended).follows == narrow);
    CHECK(twice.load(*extended).state == BanState::active);
    const auto by_discord = player({{"license", 9}, {"discord", 1}});
    CHECK(twice.fixture.join(twice.c, by_discord).at("decision") == "ban");
    twice.decide(narrow, BanAction::lift);
    CHECK(twice.load(*extended).state == BanState::lifted);

    // Off the network there is no such ban: nobody is let in all the same.
    const auto home = twice.ban(twice.b, player({{"license", 5}, {"discord", 5}}));
    const auto other = twice.ban(twice.a, player({{"license", 5}}));
    CHECK(twice.refused(home, other) == SupersedeError::unbound);
}

TEST_CASE("an open appeal goes over, unless the other ban has one") {
    Twice twice;
    const auto one = player({{"license", 1}});
    const auto first = twice.ban(twice.b, one);
    const auto second = twice.ban(twice.c, one);
    const auto active = twice.ban(twice.a, one);
    const auto moved = twice.appeal(first);
    const auto moot = twice.appeal(second);
    CHECK(twice.must(first, active).appeal == moved);
    CHECK(twice.load_appeal(moved).ban == active);
    CHECK(twice.load_appeal(moved).state == review::AppealState::open);
    CHECK_FALSE(twice.must(second, active).appeal);
    CHECK(twice.load_appeal(moot).state == review::AppealState::moot);
}

TEST_CASE("a restored copy: the other takes over where it is known, else nobody is kept out") {
    for (const bool is_known : {true, false}) {
        Twice copy;
        const auto first = copy.ban(copy.b, player({{"license", 1}}));
        const auto child = copy.follow(first, copy.b, 2);
        const auto second = copy.ban(copy.a, player({{"license", 1}}));
        const auto state = static_cast<std::uint8_t>(BanState::superseded);
        copy.fixture.unit([&](ingest::UnitOfWork& work) {
            const auto before = store::pending_facts(work.database).size();
            work.bans.end_again({first, state, false, is_known ? second : 1}, copy.fixture.now);
            CHECK(store::pending_facts(work.database).size() == before);
        });
        CHECK(copy.load(first).state == BanState::superseded);
        CHECK((copy.load(first).superseded_by == second) == is_known);
        CHECK((copy.load(child).state == BanState::proposed) == is_known);
        CHECK((copy.load(child).follows == second) == is_known);
    }
}
