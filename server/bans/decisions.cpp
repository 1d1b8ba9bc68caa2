// How a ban changes. What is put an end to is in the journal, so that no restored backup brings it
// back.
#include "bans/bans.h"
#include "store/journal_record.h"

namespace drawbridge::bans {
namespace {

constexpr std::string_view kFromJournal = "from the journal: by whom and why is not in this backup";

/// A backup from before it would enforce what has been put an end to since, or, of a ban in its
/// grace window, what was kept from the network.
bool must_survive_restore(BanState from, BanState to) {
    switch (to) {
        case BanState::rejected:
        case BanState::lifted:
        case BanState::superseded: return true;
        case BanState::proposed:
        case BanState::awaiting:
        case BanState::escalated: return from == BanState::grace;
        case BanState::local:
        case BanState::grace:
        case BanState::active:
        case BanState::expired: break;
    }
    return false;
}

/// The action that leads to what the journal holds.
std::optional<BanAction> action_to(const store::BanEnded& fact) {
    switch (static_cast<BanState>(fact.state)) {
        case BanState::rejected: return BanAction::reject;
        case BanState::lifted: return fact.overturned ? BanAction::overturn : BanAction::lift;
        case BanState::superseded: return BanAction::supersede;
        case BanState::proposed: return BanAction::hold;
        case BanState::awaiting: return BanAction::submit;
        case BanState::escalated: return BanAction::escalate;
        case BanState::local:
        case BanState::grace:
        case BanState::active:
        case BanState::expired: break;
    }
    return std::nullopt;
}

}  // namespace

std::variant<Bans::Decided, BanError> Bans::unban(
    std::uint64_t number,
    const auth::Server& origin,
    std::string_view note,
    base::UnixMs now
) {
    const auto ban = load(number);
    if (!ban || ban->owner != origin.owner_row || ban->adopted) return BanError::unknown_code;
    const Author by{store::by_server(origin.id), note, now};
    const auto lifted = change(*ban, BanAction::unban, by);
    if (!lifted) return BanError::unknown_code;
    return Decided{*lifted, end_followers(*lifted, BanAction::lift, by, Spare::adopted)};
}

BanAction Bans::approval_of(std::uint64_t number, Agreement agreement) {
    const auto ban = load(number);
    if (ban && ban->state == BanState::awaiting) return BanAction::confirm;
    return agreement == Agreement::two_persons ? BanAction::submit : BanAction::approve;
}

std::variant<Bans::Decided, BanError>
Bans::decide(std::uint64_t number, BanAction action, const Decision& by) {
    const auto ban = load(number);
    if (!ban) return BanError::unknown_code;
    if (action == BanAction::confirm) {
        if (ban->state != BanState::awaiting) return BanError::not_waiting;
        if (ban->decided_by == by.staff) return BanError::same_person;
    }
    if (action == BanAction::reject && !ban->owner) return BanError::no_owner;
    const Author author{store::by_admin(by.staff), by.note, by.now};
    const auto decided = change(*ban, action, author);
    if (!decided) return BanError::wrong_state;
    if (action != BanAction::lift && action != BanAction::overturn) return Decided{*decided, {}};
    return Decided{*decided, end_followers(*decided, action, author, Spare::nothing)};
}

std::vector<std::uint64_t>
Bans::hold(std::int64_t server, std::string_view reason, base::UnixMs now) {
    std::vector<std::uint64_t> held;
    {
        auto query = database_.query("SELECT number FROM bans WHERE state = 3 AND server_id = ?");
        query.bind(server);
        while (query.step()) {
            held.push_back(static_cast<std::uint64_t>(query.integer(0)));
        }
    }
    for (const auto number : held) {
        (void)change(load(number).value(), BanAction::hold, {store::by_system(), reason, now});
    }
    return held;
}

std::optional<Ban> Bans::change(const Ban& before, BanAction action, const Author& by) {
    auto after = change_again(before, action, by);
    if (after && must_survive_restore(before.state, after->state)) {
        const auto state = static_cast<std::uint8_t>(after->state);
        const bool overturned = action == BanAction::overturn;
        const auto other = after->superseded_by.value_or(0);
        store::append_journal(database_, store::BanEnded{after->number, state, overturned, other});
    }
    return after;
}

std::optional<Ban> Bans::change_again(const Ban& before, BanAction action, const Author& by) {
    const auto to = next_state(before.state, action);
    if (!to) return std::nullopt;
    Ban after = before;
    after.state = *to;
    after.adopted |= is_adoption(action);
    after.grace_until.reset();
    if (is_decision(action)) {
        after.decided_at = by.now;
        after.decided_by = by.actor.name;
        after.decision_note = by.reason;
    }
    set_state(after);
    const BanChange change{
        by.now,
        action,
        before.state,
        after.state,
        by.actor.kind,
        std::string(by.actor.name),
        std::string(by.reason)};
    append_change(database_, sealer_, after.number, change);
    publish(after);
    if (!is_standing(after.state)) close_appeal(after, by.now);
    return after;
}

// The numbers are those of review::AppealState: an open one becomes moot.
void Bans::close_appeal(const Ban& ended, base::UnixMs now) {
    database_
        .query("UPDATE appeals SET state = 4, decided_at = ? WHERE ban_number = ? AND state = 1")
        .bind(now)
        .bind(static_cast<std::int64_t>(ended.number))
        .run();
}

void Bans::end_again(const store::BanEnded& fact, base::UnixMs at) {
    const auto ban = load(fact.number);
    const auto action = action_to(fact);
    if (!ban || !action) return;
    const Author by{store::by_system(), kFromJournal, at};
    if (action == BanAction::supersede) return supersede_again(*ban, fact.by, by);
    (void)change_again(*ban, *action, by);
}

}  // namespace drawbridge::bans
