#include "population/schemes.h"

#include <optional>

namespace drawbridge::population {
namespace {

// Each hostile owner's, in this order and round again.
enum class Style : std::uint8_t {
    link_known,
    mixed_ban,
    wash,
    link_unknown,
    accuse,
    lift_foreign,
    count
};

constexpr auto kStyles = static_cast<std::uint32_t>(Style::count);
constexpr int kPlotsPerOwner = 18;
constexpr std::size_t kRemembered = 400;
constexpr int kWashingJoins = 50;
constexpr Time kStep = base::kMinuteMs;

}  // namespace

Schemes::Schemes(const Settings& settings, const Landscape& landscape)
    : landscape_(landscape),
      random_(settings.seed, "schemes") {
    for (std::uint32_t owner = 0; owner < landscape.owners.size(); ++owner) {
        if (!landscape.owners[owner].hostile) continue;
        for (int i = 0; i < kPlotsPerOwner; ++i) {
            const double share = random_.between(0.15, 0.85);
            const auto span = static_cast<double>(settings.end() - settings.opening());
            moments_.push_back({settings.opening() + static_cast<Time>(share * span), owner});
        }
    }
}

void Schemes::saw(const Happening& join, const Answer& answer) {
    const auto owner = landscape_.servers[join.server].owner;
    if (!landscape_.owners[owner].hostile) return;
    auto& known = by_owner_[owner];
    auto& list = answer.refused ? known.cheaters : known.players;
    if (list.size() >= kRemembered) list.erase(list.begin());
    list.push_back({join.person, join.shown, join.server});
    if (answer.refused && answer.ban != kNone) known.bans.push_back(answer.ban);
}

// Somebody with accounts to be framed by.
std::optional<Schemes::Seen> Schemes::victim(const Knowledge& known, const Population& population) {
    if (known.players.empty()) return std::nullopt;
    for (int tries = 0; tries < 50; ++tries) {
        const auto& seen = random_.pick(known.players);
        const bool has_discord = seen.shown.accounts.discord() != 0;
        if (has_discord && population.persons[seen.person].role == Role::innocent) return seen;
    }
    return std::nullopt;
}

// Who was refused here, or one made up.
Schemes::Seen Schemes::cheater(const Knowledge& known, std::uint32_t owner) {
    const auto server = landscape_.owners[owner].servers.front();
    if (!known.cheaters.empty()) {
        auto seen = random_.pick(known.cheaters);
        seen.server = server;
        if (seen.shown.accounts.discord() == 0) seen.shown.accounts.discord() = random_.id();
        return seen;
    }
    Seen made_up{kNobody, {}, server};
    made_up.shown.accounts = open_accounts(random_);
    made_up.shown.accounts.discord() = random_.id();
    made_up.shown.machine = build_machine(random_, false);
    made_up.shown.address = random_.id();
    return made_up;
}

Happening Schemes::invented(const Seen& as, Time at, std::uint32_t server) const {
    Happening join;
    join.at = at;
    join.what = What::invented_join;
    join.server = server;
    join.shown = as.shown;
    return join;
}

void Schemes::link_known(Plot& plot, const Seen& victim, const Seen& cheater, Time at) {
    auto first = victim;
    first.shown.accounts.discord() = cheater.shown.accounts.discord();
    auto second = cheater;
    second.shown.accounts.discord() = victim.shown.accounts.discord();
    second.shown.accounts.steam() = victim.shown.accounts.steam();
    auto third = victim;
    third.shown.machine = cheater.shown.machine;
    for (const auto& lie : {first, second, third}) {
        plot.steps.push_back(invented(lie, at += kStep, cheater.server));
    }
    plot.framed = victim.person;
}

// Somebody who has not played yet, of whom nothing is known but a Discord account.
void Schemes::link_unknown(Plot& plot, const Population& population, const Seen& cheater, Time at) {
    for (int tries = 0; tries < 500; ++tries) {
        const auto id = random_.below(population.persons.size());
        const auto& person = population.persons[id];
        const bool is_new = person.first_join > at && person.role == Role::innocent;
        if (!is_new || person.accounts.discord() == 0) continue;
        auto lie = cheater;
        lie.shown.accounts.discord() = person.accounts.discord();
        for (int i = 0; i < 3; ++i) {
            plot.steps.push_back(invented(lie, at += kStep, cheater.server));
        }
        plot.framed = id;
        return;
    }
}

// A cheater's licence and a victim's Discord, as if they were one.
void Schemes::mixed_ban(Plot& plot, const Seen& victim, const Seen& cheater, Time at) {
    auto lie = cheater;
    lie.shown.accounts.discord() = victim.shown.accounts.discord();
    lie.shown.accounts.steam() = victim.shown.accounts.steam();
    auto ban = invented(lie, at + kStep, cheater.server);
    ban.what = What::ban;
    plot.steps.push_back(ban);
    plot.framed = victim.person;
}

// Makes a banned licence look like everybody's.
void Schemes::wash(Plot& plot, const Seen& cheater, Time at) {
    for (int i = 0; i < kWashingJoins; ++i) {
        auto lie = cheater;
        lie.shown.accounts = open_accounts(random_);
        lie.shown.accounts.license() = cheater.shown.accounts.license();
        lie.shown.machine = build_machine(random_, false);
        lie.shown.address = random_.id();
        plot.steps.push_back(invented(lie, at += kStep, cheater.server));
    }
}

void Schemes::lift_foreign(
    Plot& plot,
    const Knowledge& known,
    std::uint32_t owner,
    const Ledger& ledger,
    Time at
) {
    std::vector<std::uint32_t> foreign;
    for (const auto ban : known.bans) {
        if (landscape_.servers[ledger.at(ban).server].owner != owner) foreign.push_back(ban);
    }
    if (foreign.empty()) return;
    Happening lift;
    lift.at = at;
    lift.what = What::lift;
    lift.server = landscape_.owners[owner].servers.front();
    lift.ban = random_.pick(foreign);
    lift.is_foreign = true;
    plot.steps.push_back(lift);
}

Schemes::Plot
Schemes::next(const Moment& moment, const Population& population, const Ledger& ledger) {
    auto& known = by_owner_[moment.owner];
    const auto style = static_cast<Style>(known.plots++ % kStyles);
    const auto target = victim(known, population);
    const auto other = cheater(known, moment.owner);
    Plot plot;
    if (style == Style::wash) wash(plot, other, moment.at);
    if (style == Style::link_unknown) link_unknown(plot, population, other, moment.at);
    if (style == Style::lift_foreign) {
        lift_foreign(plot, known, moment.owner, ledger, moment.at);
    }
    if (!target) return plot;
    if (style == Style::link_known) link_known(plot, *target, other, moment.at);
    if (style == Style::mixed_ban) mixed_ban(plot, *target, other, moment.at);
    if (style == Style::accuse) {
        auto ban = invented(*target, moment.at, other.server);
        ban.what = What::ban;
        ban.person = target->person;
        plot.steps.push_back(ban);
        plot.accused = target->person;
    }
    return plot;
}

}  // namespace drawbridge::population
