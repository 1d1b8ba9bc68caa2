// What staff do in a history.
#include "auth/server_queries.h"
#include "bans/history.h"
#include "review/appeals.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace drawbridge::test {
namespace {

using bans::Bans;
using Agreement = bans::Bans::Agreement;

const std::vector<BanAction> kDecisions{
    BanAction::approve,
    BanAction::approve,
    BanAction::approve,
    BanAction::approve,
    BanAction::confirm,
    BanAction::confirm,
    BanAction::reject,
    BanAction::reject,
    BanAction::escalate,
    BanAction::lift,
    BanAction::lift,
    BanAction::overturn,
    BanAction::keep};

const std::vector<PropagationMode> kModes{
    PropagationMode::local,
    PropagationMode::review,
    PropagationMode::automatic,
    PropagationMode::automatic};

/// What it is to approve: the second person's word, the first one's where two have to agree.
BanAction agreed_to(BanAction action, BanState state, bool two) {
    if (action != BanAction::approve) return action;
    if (state == BanState::awaiting) return BanAction::confirm;
    return two ? BanAction::submit : BanAction::approve;
}

}  // namespace

void History::decide() {
    const auto ban = any_ban();
    if (!ban) return;
    const auto number = lists_.bans()[*ban].number;
    const auto staff = any_staff();
    auto action = random_.pick(kDecisions);
    const bool two = random_.chance(0.3);
    const auto wanted = agreed_to(action, lists_.bans()[*ban].state, two);
    std::variant<Bans::Decided, bans::BanError> done = bans::BanError::unknown_code;
    fixture_.unit([&](ingest::UnitOfWork& work) {
        const auto agreement = two ? Agreement::two_persons : Agreement::one_person;
        if (action == BanAction::approve) action = work.bans.approval_of(number, agreement);
        done = work.bans.decide(number, action, {staff, "because", fixture_.now});
    });
    say(fmt::format("{} {}s {}", staff, bans::action_name(action), name_of(*ban)));
    REQUIRE(action == wanted);
    const auto ended = lists_.decide(*ban, action, staff);
    check_ended(ended, std::get_if<Bans::Decided>(&done));
    count(fmt::format("{}, {}", bans::action_name(action), ended ? "done" : "refused"));
}

void History::supersede() {
    auto ban = any_ban();
    if (!ban) return;
    // Mostly on the network, and of two that may be of one person.
    for (int tries = 0; tries < 4 && lists_.bans()[*ban].state != BanState::active; ++tries) {
        ban = any_ban();
    }
    ReferenceLists::Replacement wanted{*ban, *any_ban(), random_.chance(0.6)};
    for (int tries = 0; tries < 20; ++tries) {
        if (lists_.left_by(wanted, fixture_.now)) break;
        if (tries > 10 && lists_.are_of_one_person(wanted.ban, wanted.other)) break;
        wanted.other = *any_ban();
    }
    const auto number = lists_.bans()[wanted.ban].number;
    const auto by = lists_.bans()[wanted.other].number;
    std::variant<bans::Superseded, bans::SupersedeError> result =
        bans::SupersedeError::unknown_code;
    fixture_.unit([&](ingest::UnitOfWork& work) {
        result = work.bans.supersede(
            {number, by, wanted.may_be_shorter},
            {"ann", "one is enough", fixture_.now}
        );
    });
    say(fmt::format("{} takes the place of {}", name_of(wanted.other), name_of(wanted.ban)));
    const auto left = lists_.left_by(wanted, fixture_.now);
    const auto* done = std::get_if<bans::Superseded>(&result);
    REQUIRE(left.has_value() == (done != nullptr));
    count(left ? "superseded" : "superseded, refused");
    if (!left) return;
    REQUIRE(left->empty() == !done->extended);
    lists_.supersede(wanted);
    if (left->empty()) return;
    const auto placed = lists_.extend(wanted.other, {*done->extended, *left, {}}, fixture_.now);
    say(fmt::format("  -> {} binds {}", name_of(placed), describe(*left)));
    count("superseded and extended");
}

void History::check_ended(const ReferenceLists::Ended& wanted, const Bans::Decided* done) {
    REQUIRE(wanted.has_value() == (done != nullptr));
    if (done == nullptr) return;
    std::set<Index> ended;
    for (const auto number : done->followers) {
        ended.insert(lists_.find(number).value());
    }
    REQUIRE_MESSAGE(ended == *wanted, names_of(ended) << "ended, not " << names_of(*wanted));
    if (!ended.empty()) count("ended with followers");
}

void History::ban_by_staff() {
    const auto staff = any_staff();
    ReferenceLists::Order order{0, personas_.some_accounts(personas_.any()), std::nullopt};
    if (random_.chance(0.5)) order.expires_at = fixture_.now + 1 + random_.below(base::kHourMs);
    const bool two = random_.chance(0.4);
    bans::NewBan wanted;
    for (const auto& [type, seed] : order.named) {
        wanted.target.tags.push_back({type, tag_of(type_name(type), seed)});
    }
    wanted.expires_at = order.expires_at;
    fixture_.unit([&](ingest::UnitOfWork& work) {
        const auto agreement = two ? Agreement::two_persons : Agreement::one_person;
        order.number = work.bans.place_by_staff(wanted, staff, fixture_.now, agreement).number;
    });
    const auto placed = lists_.place_by_staff(order, staff, two, fixture_.now);
    say(fmt::format("{} bans {}: {}", staff, describe(order.named), name_of(placed)));
    count("ban by staff");
}

void History::open_appeal() {
    const auto ban = any_ban();
    if (!ban) return;
    const auto number = lists_.bans()[*ban].number;
    bool is_open = false;
    fixture_.unit([&](ingest::UnitOfWork& work) {
        review::Appeals appeals(work.database, *fixture_.network().sealer);
        const auto opened = appeals.open(
            {number, {}, fixture_.now + base::kDayMs},
            {review::MessageKind::by_player, "ann", "not me", fixture_.now}
        );
        is_open = std::holds_alternative<std::int64_t>(opened);
    });
    say(fmt::format("an appeal against {}", name_of(*ban)));
    REQUIRE(is_open == lists_.open_appeal(*ban));
    count(is_open ? "appeal" : "appeal, refused");
}

void History::decide_appeal() {
    const auto ban = std::ranges::find_if(lists_.bans(), &ReferenceBan::has_appeal);
    if (ban == lists_.bans().end()) return;
    const auto index = static_cast<Index>(ban - lists_.bans().begin());
    const auto number = ban->number;
    const auto staff = any_staff();
    const bool lifts = random_.chance(0.5);
    std::variant<Bans::Decided, bans::BanError> done = bans::BanError::unknown_code;
    fixture_.unit([&](ingest::UnitOfWork& work) {
        auto query =
            work.database.query("SELECT id FROM appeals WHERE ban_number = ? AND state = 1");
        REQUIRE(query.bind(static_cast<std::int64_t>(number)).step());
        review::Appeals appeals(work.database, *fixture_.network().sealer);
        const auto outcome = lifts ? review::AppealState::lifted : review::AppealState::upheld;
        REQUIRE_FALSE(appeals.decide(
            query.integer(0),
            outcome,
            {review::MessageKind::decision, staff, "seen", fixture_.now}
        ));
        if (lifts) done = work.bans.decide(number, BanAction::overturn, {staff, "", fixture_.now});
    });
    const auto* verb = lifts ? "lifts" : "upholds";
    say(fmt::format("{} {} {} on appeal", staff, verb, name_of(index)));
    REQUIRE(lists_.close_appeal(index));
    if (lifts)
        check_ended(
            lists_.decide(index, BanAction::overturn, staff),
            std::get_if<Bans::Decided>(&done)
        );
    count(lifts ? "appeal lifted" : "appeal upheld");
}

void History::revoke() {
    const int server = any_server();
    const auto since = fixture_.now - random_.below(2 * base::kHourMs);
    const bool adopted_too = random_.chance(0.5);
    const auto adopted = adopted_too ? bans::Adopted::included : bans::Adopted::spared;
    const bans::ServerSpan span{sites_[static_cast<std::size_t>(server)].row, since, std::nullopt};
    std::set<Index> ended;
    fixture_.unit([&](ingest::UnitOfWork& work) {
        const auto caused = bans::caused_bans(work.database, span, adopted);
        for (const auto& ban : caused.ended) {
            ended.insert(lists_.find(ban.number).value());
        }
        work.bans.revoke(caused.ended, {"ann", "a rogue", fixture_.now});
    });
    const auto& name = sites_[static_cast<std::size_t>(server)].name;
    const auto minutes = (fixture_.now - since) / base::kMinuteMs;
    say(fmt::format("what {} did in {} min is revoked: {}", name, minutes, ended.size()));
    const auto wanted = lists_.caused(server, since, adopted_too);
    REQUIRE_MESSAGE(ended == wanted, names_of(ended) << "ended, not " << names_of(wanted));
    lists_.overturn(ended);
    if (!ended.empty()) count("revoked");
}

void History::set_mode() {
    const int server = any_server();
    const auto mode = random_.pick(kModes);
    const auto& site = sites_[static_cast<std::size_t>(server)];
    fixture_.unit([&](ingest::UnitOfWork& work) {
        work.servers.set_mode(site.row, mode, fixture_.now);
        work.server_changed(site.row);
    });
    lists_.set_mode(server, mode, fixture_.now);
    say(fmt::format("{} goes to mode {}", site.name, auth::mode_name(mode)));
}

void History::suspend() {
    const int server = any_server();
    auto& is_suspended = lists_.servers[static_cast<std::size_t>(server)].suspended;
    is_suspended = !is_suspended && random_.chance(0.5);
    const auto& site = sites_[static_cast<std::size_t>(server)];
    fixture_.unit([&](ingest::UnitOfWork& work) {
        work.servers.set_suspended(site.row, is_suspended);
        work.server_changed(site.row);
    });
    say(fmt::format("{} is {}", site.name, is_suspended ? "suspended" : "resumed"));
}

}  // namespace drawbridge::test
