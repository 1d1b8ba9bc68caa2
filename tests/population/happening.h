// What happens at game servers, in the order of time, each with the truth that only the world
// knows.
#pragma once

#include "population/accounts.h"
#include "population/machines.h"
#include "population/person.h"
#include "population/settings.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::population {

/// What a connection shows a game server.
struct Presentation {
    Accounts accounts;
    Machine machine;
    std::uint64_t address = 0;
    std::uint64_t own_machine = 0;  // truth: names the person's own machine, as it pretends to be
};

/// How an evader came back. The numbers are indexes of the report.
enum class Comeback : std::uint8_t {
    none,                // as the one who was banned
    licence,             // another Rockstar account, the rest as before
    accounts,            // all accounts new, same machine
    accounts_reinstall,  // … with a new operating system
    licence_spoofed,     // another Rockstar account, and every token lies
    licence_elsewhere,   // another Rockstar account on another machine
    everything,          // nothing in common: nobody can know
    count
};
inline constexpr auto kComebacks = static_cast<std::size_t>(Comeback::count);
[[nodiscard]] std::string_view comeback_name(Comeback comeback);

/// What a licence that no ban names has in common with a deserved ban in force where it joins.
enum class Reuse : std::uint8_t {
    nothing,
    elsewhere,  // an account, at another owner's server
    at_owner    // an account or the person's own machine, at a server of the ban's owner
};

/// The truth about a join.
struct Truth {
    bool guilty = false;      // a deserved ban of this person stands
    bool named = false;       // a standing ban names the very licence shown
    bool mistaken = false;    // a ban of this person stands that nobody deserved
    bool at_accuser = false;  // at a hostile owner's own servers, who accused or framed the person
    Reuse reuse = Reuse::nothing;
    std::uint32_t comeback = 0;  // the person's how-manieth; 0: as they always were
    Comeback how = Comeback::none;
};

enum class What : std::uint8_t { join, invented_join, ban, lift, decide };

struct Happening {
    Time at = 0;
    What what = What::join;
    std::uint32_t server = 0;
    PersonId person = kNobody;  // of a join: who; of a ban: whom it means
    Presentation shown;         // of a join, or the target of a ban
    std::uint32_t ban = kNone;  // of ban, lift, decide: which
    Time duration = 0;          // of a ban; 0: for ever
    bool approve = false;       // of decide: what staff of the network say
    bool is_foreign = false;    // of lift: the ban is none of this owner's
    Truth truth;
};

/// One kind of evidence that the verdict gave.
struct Clue {
    std::string kind;  // with the type of the account: "account:steam"
    int weight = 0;    // tenths of a bit
};

/// What became of a join.
struct Answer {
    bool refused = false;
    bool watched = false;
    std::uint32_t ban = kNone;  // that the verdict pointed at
    std::string matched;        // the kinds of tags that did it
    std::vector<Clue> clues;    // none: a list alone, or nothing
    bool by_network = false;
};

}  // namespace drawbridge::population
