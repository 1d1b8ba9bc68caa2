// The life of a ban as one table: from which state which action leads where, and whose it is.
// docs/bans.md has the same table for people; a test compares the two.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge::bans {

// The numbers are stored: never renumber.
enum class BanState : std::uint8_t {
    local = 1,   // binds its owner's servers
    proposed,    // the same, and waits for staff
    grace,       // the same, and binds the network when its window is over
    active,      // binds the network
    rejected,    // binds its owner's servers: staff have kept it off the network
    lifted,      // over
    expired,     // over
    awaiting,    // one member of staff wants it on the network, a second one has to
    escalated,   // as proposed, and waits for who decides the hard ones
    superseded,  // over: another ban has taken its place
};
inline constexpr std::array kBanStates{
    BanState::local,
    BanState::proposed,
    BanState::grace,
    BanState::active,
    BanState::rejected,
    BanState::lifted,
    BanState::expired,
    BanState::awaiting,
    BanState::escalated,
    BanState::superseded};

// The numbers are stored: never renumber.
enum class BanAction : std::uint8_t {
    approve = 1,  // staff: on the network
    submit,       // staff, where two have to agree: the first of them
    confirm,      // staff: the second one, who is not the first
    reject,       // staff: off the network
    escalate,     // staff: for who decides the hard ones
    lift,         // staff: pardoned; and of what followed from a ban, whoever lifted that one
    supersede,    // staff: by another ban
    unban,        // the origin's owner, until staff have adopted it
    hold,         // the daemon: back before staff, instead of on the network by itself
    end_grace,    // the clock
    expire,       // the clock
    overturn,     // staff: it was wrong, and so was what followed from it
    keep,         // staff: theirs from now on, as it is
};
inline constexpr std::array kBanActions{
    BanAction::approve,
    BanAction::submit,
    BanAction::confirm,
    BanAction::reject,
    BanAction::escalate,
    BanAction::lift,
    BanAction::supersede,
    BanAction::unban,
    BanAction::hold,
    BanAction::end_grace,
    BanAction::expire,
    BanAction::overturn,
    BanAction::keep};

/// The only way from one state to another; nothing: refused.
[[nodiscard]] std::optional<BanState> next_state(BanState from, BanAction action);

[[nodiscard]] std::string_view state_name(BanState state);
[[nodiscard]] std::optional<BanState> parse_state(std::string_view name);
[[nodiscard]] std::string_view action_name(BanAction action);

/// In SQL: `state NOT IN (6, 7, 10)`, as in the index `bans_by_end`.
[[nodiscard]] constexpr bool is_standing(BanState state) {
    return state != BanState::lifted && state != BanState::expired && state != BanState::superseded;
}

/// Staff make the ban theirs.
[[nodiscard]] constexpr bool is_adoption(BanAction action) {
    return action == BanAction::approve || action == BanAction::confirm ||
           action == BanAction::keep;
}

/// Somebody has decided, so that it is told who; the rest are the daemon's and the clock's.
[[nodiscard]] constexpr bool is_decision(BanAction action) {
    return action != BanAction::hold && action != BanAction::end_grace &&
           action != BanAction::expire;
}

}  // namespace drawbridge::bans
