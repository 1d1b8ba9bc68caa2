// Shares are argued, see docs/population.md.
#include "population/world.h"

#include "population/evasion.h"

#include <algorithm>

namespace drawbridge::population {
namespace {

constexpr double kDetected = 0.3;   // of a cheater's connections, by the server's staff
constexpr double kMistaken = 1e-4;  // of the connections of the innocent
constexpr double kAmnesty = 0.03;   // of deserved bans
constexpr double kMistakesLifted = 0.8;
constexpr double kPermanent = 0.8;
constexpr double kTriesAgain = 0.7;  // after a comeback was refused
constexpr std::uint32_t kMostComebacks = 3;
constexpr double kBackToTheOwner = 0.6;        // of an evader's connections after a comeback
constexpr double kDiskWiped = 0.6;             // of the machines that are sold
constexpr double kBuyersNew = 0.5;             // first play with the machine they bought
constexpr Time kGrace = 30 * base::kMinuteMs;  // until a ban of mode auto is in force, at most

Time after(Time at, double mean_hours, Random& random) {
    const double hours = random.exponential(mean_hours);
    return at + kReaction + static_cast<Time>(hours * static_cast<double>(base::kHourMs));
}

double approves(Motive motive) {
    switch (motive) {
        case Motive::deserved: return 0.95;
        case Motive::mistake: return 0.3;
        case Motive::malice: break;
    }
    return 0.1;
}

}  // namespace

World::World(const Settings& settings)
    : settings_(settings),
      landscape_(make_landscape(settings)),
      habits_(settings_, landscape_),
      population_(settle(settings, habits_)),
      disguises_(population_.machines.size()),
      lives_(population_.persons.size()),
      wronged_(population_.persons.size()),
      ledger_(landscape_),
      schemes_(settings, landscape_),
      random_(settings.seed, "world") {
    for (PersonId id = 0; id < population_.persons.size(); ++id) {
        auto& person = population_.persons[id];
        if (person.kind == Kind::second_hand && random_.chance(kBuyersNew)) {
            person.first_join = std::max(person.first_join, person.buys_at);
        }
        if (person.buys_at != kNever) plan(person.buys_at, Turn::buy, id);
        plan(person.first_join, Turn::visit, id);
    }
    for (std::uint32_t i = 0; i < schemes_.moments().size(); ++i) {
        plan(schemes_.moments()[i].at, Turn::scheme, i);
    }
}

void World::plan(Time at, Turn turn, std::uint32_t subject) {
    if (at < settings_.end()) queue_.push({at, planned_++, turn, subject});
}

std::optional<Happening> World::next(Time before) {
    while (!queue_.empty() && queue_.top().at < before) {
        const auto item = queue_.top();
        queue_.pop();
        if (auto happening = take(item)) return happening;
    }
    return std::nullopt;
}

std::optional<Happening> World::take(const Item& item) {
    switch (item.turn) {
        case Turn::visit: return visit(item.at, item.subject, true);
        case Turn::return_visit: return visit(item.at, item.subject, false);
        case Turn::ban: return place(item.at, item.subject);
        case Turn::lift: return lift(item.at, item.subject);
        case Turn::decide: return decide(item.at, item.subject);
        case Turn::buy: buy(item.subject); break;
        case Turn::come_back: come_back(item.at, item.subject); break;
        case Turn::scheme: scheme(item.at, item.subject); break;
        case Turn::scripted: return scripts_[item.subject];
    }
    return std::nullopt;
}

std::optional<Happening> World::visit(Time at, PersonId id, bool again) {
    const auto& person = population_.persons[id];
    const auto& life = lives_[id];
    if (life.has_given_up) return std::nullopt;
    if (again) plan(Habits::next_join(person, at, random_), Turn::visit, id);
    Happening join;
    join.at = at;
    join.person = id;
    join.server = Habits::choose_server(person, random_);
    const bool is_back = life.how != Comeback::none;
    if (is_back && random_.chance(kBackToTheOwner)) {
        const auto& banned_by = landscape_.owner_of(life.banned_at);
        join.server = random_.pick(banned_by.servers);
    }
    join.shown = present(person, join.server, at);
    join.truth = ledger_.judge(join);
    join.truth.at_accuser |= wronged_[id].by == landscape_.servers[join.server].owner;
    join.truth.comeback = life.comeback;
    join.truth.how = life.how;
    return join;
}

Presentation World::present(const Person& person, std::uint32_t server, Time at) {
    const auto& seat = random_.chance(person.away_share) ? person.away : person.home;
    const auto number = seat.first_machine + random_.below(seat.machines);
    Presentation seen;
    seen.accounts = shown(person.accounts, random_);
    seen.machine = population_.machines[number];
    if (person.kind == Kind::tokenless) seen.machine = Machine();
    seen.address =
        landscape_.servers[server].behind_proxy ? mix(1, server) : address_of(seat.line, at);
    const bool is_own = !seat.is_public && seen.machine.has_tokens();
    if (is_own) seen.own_machine = mix(number, disguises_[number]) | 1;
    return seen;
}

void World::buy(PersonId id) {
    auto& buyer = population_.persons[id];
    auto& seller = population_.persons[buyer.related];
    if (buyer.kind == Kind::account_chain) {
        buyer.accounts.license() = seller.accounts.license();
        buyer.accounts.license2() = seller.accounts.license2();
        buy_licence(seller.accounts, random_);
        return;
    }
    const auto number = seller.home.first_machine;
    if (random_.chance(kDiskWiped)) reinstall(population_.machines[number], random_);
    buyer.home.first_machine = number;
    buyer.home.machines = 1;
    population_.machines.push_back(build_machine(random_, false));
    disguises_.push_back(0);
    seller.home.first_machine = static_cast<std::uint32_t>(population_.machines.size() - 1);
    seller.home.machines = 1;
}

void World::come_back(Time at, PersonId id) {
    auto& life = lives_[id];
    life.is_coming_back = false;
    life.how = choose_comeback(random_);
    ++life.comeback;
    population::come_back(life.how, population_.persons[id], population_, disguises_, random_);
    plan(at, Turn::return_visit, id);
}

void World::answer(const Happening& join, const Answer& answer) {
    schemes_.saw(join, answer);
    if (answer.refused) {
        turned_away(join);
        return;
    }
    const auto& person = population_.persons[join.person];
    const bool cheats = join.at >= person.cheats_from;
    if (cheats && random_.chance(kDetected)) plan_ban(join, Motive::deserved);
    if (!cheats && random_.chance(kMistaken)) plan_ban(join, Motive::mistake);
}

// Only evaders do something about it, and only when it is for a ban of theirs.
void World::turned_away(const Happening& join) {
    auto& life = lives_[join.person];
    if (population_.persons[join.person].role != Role::evader || !join.truth.guilty) return;
    if (life.is_coming_back || life.has_given_up) return;
    const bool tries = life.comeback == 0 || random_.chance(kTriesAgain);
    if (!tries || life.comeback == kMostComebacks) {
        life.has_given_up = true;
        return;
    }
    life.is_coming_back = true;
    plan(after(join.at, 18, random_), Turn::come_back, join.person);
}

void World::plan_ban(const Happening& join, Motive motive) {
    auto& life = lives_[join.person];
    if (life.ban_is_planned) return;
    life.ban_is_planned = true;
    bans_.push_back({join.person, motive, join.server, join.shown});
    plan(after(join.at, 5, random_), Turn::ban, static_cast<std::uint32_t>(bans_.size() - 1));
}

Happening World::place(Time at, std::uint32_t planned) {
    const auto& plan = bans_[planned];
    auto& life = lives_[plan.person];
    life.ban_is_planned = false;
    life.banned_at = plan.server;
    Happening ban;
    ban.at = at;
    ban.what = What::ban;
    ban.server = plan.server;
    ban.person = plan.person;
    ban.shown = plan.target;
    if (plan.motive == Motive::mistake) wronged_[plan.person].mistaken = true;
    auto& person = population_.persons[plan.person];
    if (person.role == Role::cheater) person.cheats_from = kNever;
    if (plan.motive == Motive::deserved && !random_.chance(kPermanent)) {
        ban.duration = static_cast<Time>(1 + random_.below(4)) * 7 * base::kDayMs;
    }
    const auto ends = ban.duration == 0 ? kNever : at + ban.duration;
    ban.ban = ledger_.add({plan.person, plan.motive, plan.server, plan.target, at, kNever, ends});
    follow_up(ban.ban);
    return ban;
}

// What the network, its staff and a repentant owner make of a ban.
void World::follow_up(std::uint32_t number) {
    auto& ban = ledger_.at(number);
    const auto mode = landscape_.owner_of(ban.server).mode;
    if (mode == auth::PropagationMode::automatic) ban.on_network = ban.placed + kGrace;
    if (mode == auth::PropagationMode::review) {
        plan(after(ban.placed, 8, random_), Turn::decide, number);
    }
    if (ban.motive == Motive::deserved && random_.chance(kAmnesty)) {
        plan(after(ban.placed, 240, random_), Turn::lift, number);
    }
    if (ban.motive == Motive::mistake && random_.chance(kMistakesLifted)) {
        plan(after(ban.placed, 36, random_), Turn::lift, number);
    }
}

// Staff of the network decide on what stands, the origin lifts what staff have not adopted.
Happening World::decide(Time at, std::uint32_t number) {
    auto& ban = ledger_.at(number);
    Happening decision;
    decision.at = at;
    decision.what = What::decide;
    decision.server = ban.server;
    decision.ban = number;
    decision.approve = random_.chance(approves(ban.motive));
    if (decision.approve && at < ban.ends) ban.on_network = at;
    return decision;
}

Happening World::lift(Time at, std::uint32_t number) {
    auto& ban = ledger_.at(number);
    ban.ends = std::min(ban.ends, at);
    Happening lifted;
    lifted.at = at;
    lifted.what = What::lift;
    lifted.server = ban.server;
    lifted.ban = number;
    return lifted;
}

void World::scheme(Time at, std::uint32_t moment) {
    const auto owner = schemes_.moments()[moment].owner;
    const auto plot = schemes_.next({at, owner}, population_, ledger_);
    if (plot.framed != kNobody) wronged_[plot.framed].framed = true;
    if (plot.accused != kNobody) wronged_[plot.accused].accused = true;
    for (const auto victim : {plot.framed, plot.accused}) {
        if (victim != kNobody) wronged_[victim].by = owner;
    }
    for (auto step : plot.steps) {
        if (step.what == What::ban) {
            step.ban = ledger_.add(
                {step.person, Motive::malice, step.server, step.shown, step.at, kNever, kNever}
            );
            follow_up(step.ban);
        }
        scripts_.push_back(step);
        plan(step.at, Turn::scripted, static_cast<std::uint32_t>(scripts_.size() - 1));
    }
}

}  // namespace drawbridge::population
