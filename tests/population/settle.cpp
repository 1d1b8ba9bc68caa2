#include "population/settle.h"

#include <algorithm>

namespace drawbridge::population {
namespace {

constexpr double kTwoMachines = 0.08;
constexpr double kTogether = 0.5;

class Settler {
public:
    Settler(const Settings& settings, const Habits& habits)
        : settings_(settings),
          habits_(habits) {}

    Population settle();

private:
    using Group = std::vector<PersonId>;

    [[nodiscard]] std::uint32_t add_machine(const Machine& machine) {
        population_.machines.push_back(machine);
        return static_cast<std::uint32_t>(population_.machines.size() - 1);
    }

    [[nodiscard]] Person& person(PersonId id) { return population_.persons[id]; }

    PersonId add_person(Kind kind);
    Group add_group(Kind kind, std::size_t size);
    std::size_t add(Kind kind, std::size_t missing);

    Group cafe(std::size_t missing);
    Group household();
    Group behind_nat(Kind kind, std::size_t size, std::uint32_t addresses);
    Group lenders(Kind kind);
    Group cloud(std::size_t missing);
    void one(Kind kind);
    void relate();
    void give_roles();
    void keep_company();

    /// Within these shares of the days.
    [[nodiscard]] Time moment(double from, double to) {
        const auto days = static_cast<double>(base::kDayMs) * settings_.days;
        return settings_.opening() + static_cast<Time>(random_.between(from, to) * days);
    }

    const Settings& settings_;
    const Habits& habits_;
    Random random_{settings_.seed, "settle"};
    Population population_;
    std::uint64_t nats_ = 1000;
};

PersonId Settler::add_person(Kind kind) {
    Person person;
    person.kind = kind;
    person.group = population_.groups;
    person.accounts = open_accounts(random_);
    person.home.first_machine = add_machine(build_machine(random_, kind == Kind::batch));
    if (kind == Kind::plain && random_.chance(kTwoMachines)) {
        (void)add_machine(build_machine(random_, false));
        person.home.machines = 2;
    }
    person.home.line = home_line(random_);
    population_.persons.push_back(std::move(person));
    return static_cast<PersonId>(population_.persons.size() - 1);
}

Settler::Group Settler::add_group(Kind kind, std::size_t size) {
    Group group;
    for (std::size_t i = 0; i < size; ++i) {
        group.push_back(add_person(kind));
    }
    ++population_.groups;
    return group;
}

// Half of the cafés start their machines from one disk in the net, on boards without numbers: all
// tokens are one. The others were cloned: what lies on the disk is one.
Settler::Group Settler::cafe(std::size_t missing) {
    static constexpr std::uint32_t kMachines = 40;
    const bool diskless = random_.chance(0.5);
    auto image = build_machine(random_, true);
    image[Part::install] = random_.id();
    const auto first = add_machine(image);
    for (std::uint32_t i = 1; i < kMachines; ++i) {
        (void)add_machine(diskless ? image : image_machine(image, random_));
    }
    const auto line = nat_line(++nats_, 1, random_);
    const auto group = add_group(Kind::cafe, std::min<std::size_t>(missing, 200));
    for (const auto id : group) {
        person(id).away = {first, kMachines, line, true};
        person(id).away_share = random_.chance(0.7) ? 1.0 : 0.4;
    }
    return group;
}

Settler::Group Settler::household() {
    static const Weighted sizes({0.0, 0.0, 0.72, 0.2, 0.06, 0.02});
    const auto group = add_group(Kind::household, sizes.pick(random_));
    const auto& first = person(group.front());
    const bool one_machine = random_.chance(0.3);
    const bool one_console = random_.chance(0.25);
    const auto home = first.home;
    const auto console = first.accounts.xbl() != 0 ? first.accounts.xbl() : random_.id();
    for (const auto id : group) {
        person(id).home.line = home.line;
        if (one_machine) person(id).home = home;
        if (one_console && (id == group.front() || random_.chance(0.7))) {
            person(id).accounts.xbl() = console;
            person(id).accounts.live() = mix(console, 1) | 1;
        }
    }
    return group;
}

Settler::Group Settler::behind_nat(Kind kind, std::size_t size, std::uint32_t addresses) {
    ++nats_;
    const auto group = add_group(kind, size);
    for (const auto id : group) {
        person(id).home.line = nat_line(nats_, addresses, random_);
    }
    return group;
}

// Lent by Steam: the borrower's entitlement is the lender's, all else is their own. With one
// Rockstar account both licences are one. Half live together.
Settler::Group Settler::lenders(Kind kind) {
    const auto group = add_group(kind, 2 + random_.below(3));
    auto& lender = person(group.front());
    if (lender.accounts.license2() == 0) lender.accounts.license2() = random_.id();
    const bool together = random_.chance(0.5);
    for (const auto id : group) {
        auto& borrower = person(id);
        borrower.accounts.license2() = lender.accounts.license2();
        if (kind == Kind::shared_account) borrower.accounts.license() = lender.accounts.license();
        if (borrower.accounts.steam() == 0) borrower.accounts.steam() = random_.id();
        if (together) borrower.home.line = lender.home.line;
    }
    return group;
}

// One provider: what can be read is the image's, but for a board number of the host's.
Settler::Group Settler::cloud(std::size_t missing) {
    static constexpr std::uint32_t kHosts = 60;
    auto image = build_machine(random_, false);
    image[Part::install] = random_.id();
    const auto first = add_machine(image);
    for (std::uint32_t i = 1; i < kHosts; ++i) {
        auto host = image;
        host[Part::board] = random_.id();
        (void)add_machine(host);
    }
    const auto line = nat_line(++nats_, 16, random_);
    const auto group = add_group(Kind::cloud_gaming, std::min<std::size_t>(missing, 350));
    for (const auto id : group) {
        person(id).home = {first, kHosts, line, true};
    }
    return group;
}

void Settler::one(Kind kind) {
    auto& settler = person(add_group(kind, 1).front());
    if (kind == Kind::dhcp_churn) settler.home.line = daily_line(random_);
    if (kind == Kind::tokenless) population_.machines[settler.home.first_machine] = Machine();
}

// Returns how many came.
std::size_t Settler::add(Kind kind, std::size_t missing) {
    switch (kind) {
        case Kind::cafe: return cafe(missing).size();
        case Kind::household: return household().size();
        case Kind::university:
            return behind_nat(kind, 40 + random_.below(260), 1 + random_.below(8)).size();
        case Kind::carrier_nat: return behind_nat(kind, 64, 2).size();
        case Kind::family_share:
        case Kind::shared_account: return lenders(kind).size();
        case Kind::cloud_gaming: return cloud(missing).size();
        default: one(kind); return 1;
    }
}

// Whose machine or account one gets: anybody's at all.
void Settler::relate() {
    for (auto& person : population_.persons) {
        const bool buys = person.kind == Kind::second_hand || person.kind == Kind::account_chain;
        if (!buys && person.kind != Kind::visitor) continue;
        do {
            person.related = random_.below(population_.persons.size());
        } while (&population_.persons[person.related] == &person ||
                 population_.persons[person.related].home.is_public);
        const auto& other = population_.persons[person.related];
        if (person.kind == Kind::visitor) {
            person.away = other.home;
            person.away.is_public = true;
            person.away_share = 0.15;
            person.servers.insert(person.servers.end(), other.servers.front());
        } else {
            person.buys_at = moment(0.1, 0.9);
        }
    }
}

void Settler::give_roles() {
    for (auto& person : population_.persons) {
        const double at = random_.unit();
        if (at < settings_.evaders) {
            person.role = Role::evader;
        } else if (at < settings_.evaders + settings_.cheaters) {
            person.role = Role::cheater;
        }
        habits_.give(person, random_);
        if (person.role == Role::innocent) continue;
        person.cheats_from = std::max(person.first_join, moment(0.05, 0.6));
    }
}

// Who lives together or shares an account plays together, more often than not.
void Settler::keep_company() {
    std::vector<PersonId> first(population_.groups, kNobody);
    for (PersonId id = 0; id < population_.persons.size(); ++id) {
        auto& friends = first[person(id).group];
        if (friends == kNobody) {
            friends = id;
        } else if (random_.chance(kTogether)) {
            person(id).servers.front() = person(friends).servers.front();
        }
    }
}

Population Settler::settle() {
    for (std::size_t i = 1; i < kKinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        const auto wanted = std::max(1.0, share_of(kind) * settings_.persons);
        for (std::size_t have = 0; have < static_cast<std::size_t>(wanted);) {
            have += add(kind, static_cast<std::size_t>(wanted) - have);
        }
    }
    while (population_.persons.size() < settings_.persons) {
        one(Kind::plain);
    }
    give_roles();
    keep_company();
    relate();
    return std::move(population_);
}

}  // namespace

Population settle(const Settings& settings, const Habits& habits) {
    return Settler(settings, habits).settle();
}

}  // namespace drawbridge::population
