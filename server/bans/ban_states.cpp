#include "bans/ban_states.h"

#include <algorithm>
#include <utility>

namespace drawbridge::bans {
namespace {

constexpr std::array<std::string_view, kBanStates.size()> kStateNames{
    "local",
    "proposed",
    "grace",
    "active",
    "rejected",
    "lifted",
    "expired",
    "awaiting",
    "escalated",
    "superseded"};

constexpr std::array<std::string_view, kBanActions.size()> kActionNames{
    "approve",
    "submit",
    "confirm",
    "reject",
    "escalate",
    "lift",
    "supersede",
    "unban",
    "hold",
    "end grace",
    "expire",
    "overturn",
    "keep"};

enum class Cell : std::uint8_t {
    unset = 0,  // what an initializer left out: refused by the compiler below
    local = static_cast<std::uint8_t>(BanState::local),
    proposed,
    grace,
    active,
    rejected,
    lifted,
    expired,
    awaiting,
    escalated,
    superseded,
    no  // refused
};

struct Row {
    BanState from;
    std::array<Cell, kBanActions.size()> to;  // in the order of the actions
};

using enum Cell;
using S = BanState;

// clang-format off: a table is read by its columns
constexpr std::array<Row, kBanStates.size()> kTable{{
    //                approve submit    confirm reject    escalate   lift    supersede   unban hold
    //                end_grace expire   overturn keep
    {S::local, {{no, no, no, no, no, lifted, superseded, lifted, no, no, expired, lifted, no}}},
    {S::proposed,
     {{active,
       awaiting,
       no,
       rejected,
       escalated,
       lifted,
       superseded,
       lifted,
       no,
       no,
       expired,
       lifted,
       no}}},
    {S::grace,
     {{active,
       awaiting,
       no,
       rejected,
       escalated,
       lifted,
       superseded,
       lifted,
       proposed,
       active,
       expired,
       lifted,
       no}}},
    {S::active,
     {{no, no, no, no, no, lifted, superseded, lifted, no, no, expired, lifted, active}}},
    {S::rejected,
     {{active, awaiting, no, no, no, lifted, superseded, lifted, no, no, expired, lifted, no}}},
    {S::lifted, {{no, no, no, no, no, no, no, no, no, no, no, no, no}}},
    {S::expired, {{no, no, no, no, no, no, no, no, no, no, no, no, no}}},
    {S::awaiting,
     {{no,
       no,
       active,
       rejected,
       escalated,
       lifted,
       superseded,
       lifted,
       no,
       no,
       expired,
       lifted,
       no}}},
    {S::escalated,
     {{active,
       awaiting,
       no,
       rejected,
       no,
       lifted,
       superseded,
       lifted,
       no,
       no,
       expired,
       lifted,
       no}}},
    {S::superseded, {{no, no, no, no, no, no, no, no, no, no, no, no, no}}},
}};

// clang-format on

constexpr std::size_t index_of(BanState state) {
    return static_cast<std::size_t>(state) - 1;
}

constexpr std::size_t index_of(BanAction action) {
    return static_cast<std::size_t>(action) - 1;
}

constexpr bool is_complete() {
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        if (kBanStates[i] != kTable[i].from || index_of(kTable[i].from) != i) return false;
        for (const auto cell : kTable[i].to) {
            if (cell == unset) return false;
        }
    }
    for (std::size_t i = 0; i < kBanActions.size(); ++i) {
        if (index_of(kBanActions[i]) != i) return false;
    }
    return true;
}

static_assert(is_complete(), "a row for each state in its order, a cell for each action");

// What is over is over; what stands can always be ended, by staff and by its time.
constexpr bool is_sound() {
    for (const auto& row : kTable) {
        if (is_standing(row.from)) {
            if (row.to[index_of(BanAction::lift)] != lifted) return false;
            if (row.to[index_of(BanAction::overturn)] != lifted) return false;
            if (row.to[index_of(BanAction::expire)] != expired) return false;
        } else if (std::ranges::any_of(row.to, [](Cell cell) { return cell != no; })) {
            return false;
        }
    }
    return true;
}

static_assert(is_sound(), "an ended ban never comes back, a standing one can be lifted");

}  // namespace

std::optional<BanState> next_state(BanState from, BanAction action) {
    const auto cell = kTable.at(index_of(from)).to.at(index_of(action));
    if (cell == no) return std::nullopt;
    return static_cast<BanState>(cell);
}

std::string_view state_name(BanState state) {
    return kStateNames.at(index_of(state));
}

std::optional<BanState> parse_state(std::string_view name) {
    const auto found = std::ranges::find(kStateNames, name);
    if (found == kStateNames.end()) return std::nullopt;
    return kBanStates.at(static_cast<std::size_t>(found - kStateNames.begin()));
}

std::string_view action_name(BanAction action) {
    return kActionNames.at(index_of(action));
}

}  // namespace drawbridge::bans
