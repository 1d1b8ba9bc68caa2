// What people decide about a ban. What they end is in the journal, so that no restored backup
// brings it back.
#include "bans/bans.h"
#include "store/audit.h"
#include "store/journal_record.h"

#include <algorithm>
#include <array>

namespace drawbridge::bans {

std::variant<Bans::Decided, BanError> Bans::unban(
    std::uint64_t number,
    const auth::Server& origin,
    std::string_view note,
    base::UnixMs now
) {
    const auto ban = load(number);
    if (!ban || ban->owner != origin.owner_row || ban->adopted || !is_standing(ban->state)) {
        return BanError::unknown_code;
    }
    Ban lifted = *ban;
    lifted.state = BanState::lifted;
    lifted.decided_at = now;
    lifted.decided_by = origin.id;
    lifted.decision_note = note;
    end_for_ever(lifted);
    return Decided{lifted, lift_followers(lifted, {origin.id, note, now}, Spare::adopted)};
}

std::variant<Bans::Decided, BanError> Bans::approve(std::uint64_t number, const Decision& by) {
    constexpr std::array kFrom{BanState::proposed, BanState::grace, BanState::rejected};
    return decide(number, kFrom, BanState::active, by);
}

std::variant<Bans::Decided, BanError> Bans::reject(std::uint64_t number, const Decision& by) {
    constexpr std::array kFrom{BanState::proposed, BanState::grace};
    return decide(number, kFrom, BanState::rejected, by);
}

std::variant<Bans::Decided, BanError> Bans::lift(std::uint64_t number, const Decision& by) {
    constexpr std::array kFrom{
        BanState::local,
        BanState::proposed,
        BanState::grace,
        BanState::active,
        BanState::rejected};
    return decide(number, kFrom, BanState::lifted, by);
}

std::variant<Bans::Decided, BanError> Bans::decide(
    std::uint64_t number,
    std::span<const BanState> from,
    BanState to,
    const Decision& by
) {
    const auto ban = load(number);
    if (!ban) return BanError::unknown_code;
    if (std::ranges::find(from, ban->state) == from.end()) return BanError::wrong_state;
    Ban decided = *ban;
    decided.state = to;
    decided.adopted = ban->adopted || to == BanState::active;
    decided.grace_until.reset();
    decided.decided_at = by.now;
    decided.decided_by = by.staff;
    decided.decision_note = by.note;
    if (to == BanState::active) {
        set_state(decided);
        publish(decided);
    } else {
        end_for_ever(decided);
    }
    if (to != BanState::lifted) return Decided{decided, {}};
    return Decided{decided, lift_followers(decided, by, Spare::nothing)};
}

void Bans::end_for_ever(const Ban& ban) {
    set_state(ban);
    publish(ban);
    const auto state = static_cast<std::uint8_t>(ban.state);
    store::append_journal(database_, store::BanEnded{ban.number, state});
}

void Bans::end_again(std::uint64_t number, BanState state, base::UnixMs at) {
    auto ban = load(number);
    const bool was_open =
        ban && (ban->state == BanState::proposed || ban->state == BanState::grace);
    const bool was_lifted = ban && state == BanState::lifted && is_standing(ban->state);
    if (!was_open && !was_lifted) return;
    ban->state = state;
    ban->grace_until.reset();
    ban->decided_at = at;
    ban->decided_by = store::kSystemActor;
    ban->decision_note = "from the journal: by whom and why is not in this backup";
    set_state(*ban);
    publish(*ban);
}

}  // namespace drawbridge::bans
