#include "review/appeals.h"

#include "bans/ban_changes.h"
#include "privacy/purgers.h"
#include "review/appeal_queries.h"
#include "store/migrations.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <memory>
#include <variant>

using namespace drawbridge;
using review::AppealError;
using review::Appeals;
using review::AppealState;
using review::MessageKind;

namespace {

constexpr base::UnixMs kNow = 1'763'690'000'000;

struct Desk {
    test::TempFolder folder;
    store::Database database{folder / "a.db", store::Database::Mode::read_write};
    store::MasterKey master = store::MasterKey::create(folder / "master.key");
    std::unique_ptr<store::Sealer> sealer;

    Desk() {
        store::migrate(database, master);
        sealer = std::make_unique<store::Sealer>(database, master);
        for (std::uint64_t number = 1; number <= 3; ++number) {
            add_ban(number, bans::BanState::active);
        }
    }

    void add_ban(std::uint64_t number, bans::BanState state) {
        database
            .query(
                "INSERT INTO bans(number, state, category, reason, issuer, created_at) "
                "VALUES(?, ?, 1, x'', x'', 1)"
            )
            .bind(static_cast<std::int64_t>(number))
            .bind(static_cast<std::int64_t>(state))
            .run();
    }

    [[nodiscard]] Appeals appeals() { return {database, *sealer}; }

    /// The number of one that must be taken.
    std::int64_t open(std::uint64_t ban, base::UnixMs now = kNow) {
        const auto opened = appeals().open(
            {ban, "vis@example.org", now + base::kDayMs},
            {MessageKind::by_player, "ann", "It was my brother", now}
        );
        return std::get<std::int64_t>(opened);
    }

    AppealError refused(std::uint64_t ban) {
        return std::get<AppealError>(
            appeals().open({ban, {}, kNow}, {MessageKind::by_player, "ann", {}, kNow})
        );
    }

    void change(std::uint64_t ban, bans::BanChange change) {
        bans::append_change(database, *sealer, ban, change);
    }
};

review::Words by_ben(MessageKind kind = MessageKind::decision) {
    return {kind, "ben", "the clip shows it", kNow + 5};
}

}  // namespace

TEST_CASE("an appeal is opened against a ban that stands, one at a time") {
    Desk desk;
    const auto id = desk.open(1);
    CHECK(desk.refused(1) == AppealError::open_already);
    CHECK(desk.refused(99) == AppealError::unknown_ban);
    std::uint64_t number = 10;
    for (const auto state : bans::kBanStates) {
        INFO(bans::state_name(state));
        desk.add_ban(++number, state);
        if (bans::is_standing(state)) {
            CHECK(desk.open(number) > id);
        } else {
            CHECK(desk.refused(number) == AppealError::ban_is_over);
        }
    }
    const auto appeal = desk.appeals().load(id).value();
    CHECK(appeal.ban == 1);
    CHECK(appeal.state == AppealState::open);
    CHECK(appeal.opened_at == kNow);
    CHECK(appeal.due_at == kNow + base::kDayMs);
    CHECK(appeal.contact == "vis@example.org");
    CHECK_FALSE(appeal.decided_at);
    CHECK_FALSE(desk.appeals().load(99));
}

TEST_CASE("what was said is kept in its order, with who recorded it, until the decision ends it") {
    Desk desk;
    const auto id = desk.open(1);
    CHECK_FALSE(desk.appeals().reply(id, {MessageKind::by_staff, "ben", "Which one?", kNow + 1}));
    CHECK_FALSE(desk.appeals().reply(id, {MessageKind::by_player, "ann", "The tall", kNow + 2}));
    CHECK_FALSE(desk.appeals().decide(id, AppealState::upheld, by_ben()));
    const auto said = review::messages_of(desk.database, *desk.sealer, id);
    REQUIRE(said.size() == 4);
    CHECK(said[0].text == "It was my brother");
    CHECK(said[0].who == "ann");
    CHECK(said[1].kind == MessageKind::by_staff);
    CHECK(said[2].kind == MessageKind::by_player);
    CHECK(said[3].kind == MessageKind::decision);
    CHECK(said[3].who == "ben");
    CHECK(said[3].text == "the clip shows it");
    CHECK(desk.appeals().load(id)->decided_at == kNow + 5);

    CHECK(desk.appeals().reply(id, by_ben(MessageKind::by_staff)) == AppealError::decided);
    CHECK(desk.appeals().decide(id, AppealState::lifted, by_ben()) == AppealError::decided);
    CHECK(desk.appeals().load(id)->state == AppealState::upheld);
    CHECK(review::messages_of(desk.database, *desk.sealer, id).size() == 4);
    CHECK(desk.appeals().reply(99, by_ben()) == AppealError::unknown_appeal);
    CHECK(desk.appeals().decide(99, AppealState::upheld, by_ben()) == AppealError::unknown_appeal);
    CHECK(desk.open(1) > id);
}

TEST_CASE("the oldest come first, page by page; the closed ones only when asked for") {
    Desk desk;
    const auto first = desk.open(1);
    const auto second = desk.open(2);
    const auto third = desk.open(3, kNow - 2 * base::kDayMs);
    REQUIRE_FALSE(desk.appeals().decide(first, AppealState::lifted, by_ben()));
    using Numbers = std::vector<std::int64_t>;
    CHECK(review::find_appeals(desk.database, {}) == Numbers{second, third});
    CHECK(review::find_appeals(desk.database, {true, {}, 2}) == Numbers{first, second});
    CHECK(review::find_appeals(desk.database, {true, second, 2}) == Numbers{third});
    CHECK(review::appeals_of(desk.database, 1) == Numbers{first});
    const auto counts = review::count_appeals(desk.database, kNow);
    CHECK(counts.open == 2);
    CHECK(counts.overdue == 1);
    CHECK(desk.appeals().load(third)->is_overdue(kNow));
    CHECK_FALSE(desk.appeals().load(second)->is_overdue(kNow));
}

TEST_CASE("responsible is who of the staff placed a ban or agreed to it, and nobody else") {
    Desk desk;
    using bans::BanAction;
    using store::ActorKind;
    bans::BanChange placed;
    placed.actor = ActorKind::server;
    placed.who = "srv_a";
    desk.change(1, placed);
    bans::BanChange step;
    step.actor = ActorKind::admin;
    for (const auto& [action, who] :
         {std::pair(BanAction::escalate, "eve"),
          std::pair(BanAction::submit, "ann"),
          std::pair(BanAction::confirm, "ben"),
          std::pair(BanAction::approve, "cid"),
          std::pair(BanAction::reject, "dan")}) {
        step.action = action;
        step.who = who;
        desk.change(1, step);
    }
    placed.actor = ActorKind::admin;
    placed.who = "fay";
    desk.change(2, placed);
    using Names = std::vector<std::string>;
    CHECK(review::responsible_for(desk.database, *desk.sealer, 1) == Names{"ann", "ben", "cid"});
    CHECK(review::responsible_for(desk.database, *desk.sealer, 2) == Names{"fay"});
}

TEST_CASE("a text that was moved to another row is not shown") {
    Desk desk;
    const auto id = desk.open(1);
    (void)desk.open(2);
    desk.database.execute(
        "UPDATE appeal_messages SET text = (SELECT text FROM appeal_messages WHERE id = 2);"
        "UPDATE appeals SET contact = (SELECT contact FROM appeals WHERE id = 2);"
    );
    CHECK_THROWS_AS((void)review::messages_of(desk.database, *desk.sealer, id), std::runtime_error);
    CHECK_THROWS_AS((void)desk.appeals().load(id), std::runtime_error);
}

TEST_CASE("a decided appeal goes after its time, with its ban at the latest; an open one stays") {
    Desk desk;
    const auto old = desk.open(1);
    const auto fresh = desk.open(2);
    const auto open = desk.open(3);
    REQUIRE_FALSE(desk.appeals().decide(old, AppealState::upheld, by_ben()));
    auto later = by_ben();
    later.now += base::kDayMs;
    REQUIRE_FALSE(desk.appeals().decide(fresh, AppealState::upheld, later));
    privacy::Cursor cursor;
    const auto piece = privacy::purge_appeals(desk.database, kNow + 6, cursor, 64);
    CHECK(piece.deleted == 1);
    CHECK(piece.is_done);
    CHECK(piece.oldest == later.now);
    CHECK_FALSE(desk.appeals().load(old));
    CHECK(desk.appeals().load(open));
    desk.database.execute("DELETE FROM bans WHERE number = 2");
    CHECK_FALSE(desk.appeals().load(fresh));
    auto left = desk.database.query("SELECT count(*) FROM appeal_messages");
    REQUIRE(left.step());
    CHECK(left.integer(0) == 1);
}

TEST_CASE("the number of an appeal that is gone is not given again") {
    Desk desk;
    const auto first = desk.open(1);
    const auto second = desk.open(2);
    CHECK(second == first + 1);
    desk.database.execute("DELETE FROM bans WHERE number = 2");
    CHECK_FALSE(desk.appeals().load(second));
    CHECK(desk.open(3) == second + 1);
}
