// A person as the world knows them, which no server does.
#pragma once

#include "population/accounts.h"
#include "population/kind.h"
#include "population/machines.h"
#include "population/networks.h"

#include <cstdint>
#include <vector>

namespace drawbridge::population {

using PersonId = std::uint32_t;
inline constexpr PersonId kNobody = UINT32_MAX;
inline constexpr std::uint32_t kNone = UINT32_MAX;

enum class Role : std::uint8_t { innocent, cheater, evader };

/// Where somebody plays: one of some machines, at one line.
struct Seat {
    std::uint32_t first_machine = kNone;
    std::uint32_t machines = 1;
    Line line;
    bool is_public = false;  // nobody's own machine
};

struct Person {
    Kind kind = Kind::plain;
    Role role = Role::innocent;
    std::uint32_t group = kNone;  // the same café, household, campus …
    PersonId related = kNobody;   // seller of the machine or account, friend visited
    Accounts accounts;
    Seat home;
    Seat away;
    double away_share = 0;  // of the connections
    double joins_per_day = 0;
    Time first_join = 0;
    Time cheats_from = kNever;
    Time buys_at = kNever;               // the machine or account of `related`
    std::vector<std::uint32_t> servers;  // the first is home to most connections
};

struct Population {
    std::vector<Person> persons;
    std::vector<Machine> machines;
    std::uint32_t groups = 0;
};

}  // namespace drawbridge::population
