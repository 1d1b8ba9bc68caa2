// Shares are argued: another Rockstar account costs half a dollar (fivem#1448), so it is the first
// thing tried; spoofers exist (txAdmin#446) and cost more; few give up their Discord account, their
// friends are there.
#include "population/evasion.h"

namespace drawbridge::population {
namespace {

constexpr double kSteamComesAlong = 0.2;  // with the bought account
constexpr double kNewDiscord = 0.12;

// By Comeback.
const std::vector<double> kShares{0, 0.36, 0.20, 0.08, 0.14, 0.08, 0.14};

void change_licence(Accounts& accounts, Random& random) {
    buy_licence(accounts, random);
    if (random.chance(kSteamComesAlong)) accounts.steam() = random.id();
    if (random.chance(kNewDiscord)) accounts.discord() = random.id();
}

}  // namespace

Comeback choose_comeback(Random& random) {
    static const Weighted ways(kShares);
    return static_cast<Comeback>(ways.pick(random));
}

void come_back(
    Comeback how,
    Person& person,
    Population& population,
    std::vector<std::uint32_t>& disguises,
    Random& random
) {
    const bool keeps_accounts = how == Comeback::licence || how == Comeback::licence_spoofed ||
                                how == Comeback::licence_elsewhere;
    if (keeps_accounts) {
        change_licence(person.accounts, random);
    } else {
        person.accounts = open_accounts(random);
    }
    if (how == Comeback::everything) person.home.line = home_line(random);
    if (how == Comeback::licence_elsewhere) {
        population.machines.push_back(build_machine(random, false));
        disguises.push_back(0);
        person.home.first_machine = static_cast<std::uint32_t>(population.machines.size() - 1);
        person.home.machines = 1;
        person.home.is_public = false;
    }
    for (std::uint32_t i = 0; i < person.home.machines && !person.home.is_public; ++i) {
        const auto number = person.home.first_machine + i;
        auto& machine = population.machines[number];
        if (how == Comeback::accounts_reinstall) reinstall(machine, random);
        if (how == Comeback::licence_spoofed || how == Comeback::everything) {
            spoof(machine, random);
            ++disguises[number];
        }
    }
}

}  // namespace drawbridge::population
