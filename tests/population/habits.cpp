// How often people play is heavy-tailed (many try a game once, a few play daily), with a cycle of
// 24 hours: Chambers et al. (IMC 2005), §4.2; Chang and Feng, "Modeling player session times of
// on-line games" (NetGames 2003). Cheaters are players that care: they play at least every second
// day.
#include "population/habits.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace drawbridge::population {
namespace {

constexpr double kFrequencySigma = 1.2;
constexpr double kMostPerDay = 6;
constexpr double kCheatersLeastPerDay = 0.5;
constexpr double kNewUntil = 0.9;  // of the days
constexpr double kHomeShare = 0.7;
constexpr double kSameOwner = 0.4;
constexpr double kDailySwing = 0.8;
constexpr std::size_t kMostServers = 12;

// 1 + geometric: half of all know one server. Cheaters look around more.
std::size_t count_servers(const Person& person, Random& random) {
    const double another = person.role == Role::innocent ? 0.5 : 0.65;
    std::size_t count = 1;
    while (count < kMostServers && random.chance(another)) {
        ++count;
    }
    return count;
}

std::vector<double> popularity(const Landscape& landscape) {
    std::vector<double> weights;
    for (const auto& server : landscape.servers) {
        weights.push_back(server.popularity);
    }
    return weights;
}

}  // namespace

Habits::Habits(const Settings& settings, const Landscape& landscape)
    : settings_(settings),
      landscape_(landscape),
      popular_(popularity(landscape)) {}

void Habits::give(Person& person, Random& random) const {
    const double mean = settings_.joins_per_person / settings_.days;
    person.joins_per_day = std::min(random.lognormal(mean, kFrequencySigma), kMostPerDay);
    if (person.role != Role::innocent) {
        person.joins_per_day = std::max(person.joins_per_day, kCheatersLeastPerDay);
    }
    const bool is_new = random.chance(settings_.newcomers);
    const double days = is_new ? random.between(0, settings_.days * kNewUntil)
                               : random.between(-static_cast<double>(kLeadDays), 0);
    const auto since_opening = static_cast<Time>(days * static_cast<double>(base::kDayMs));
    person.first_join = settings_.opening() + since_opening;
    person.servers.push_back(popular_.pick(random));
    const auto& own = landscape_.owner_of(person.servers.front()).servers;
    for (auto more = count_servers(person, random); more > 1; --more) {
        const bool stays = random.chance(kSameOwner);
        const auto server = stays ? random.pick(own) : popular_.pick(random);
        if (std::ranges::find(person.servers, server) == person.servers.end()) {
            person.servers.push_back(server);
        }
    }
}

// Thinning (Lewis and Shedler 1979): candidates at the highest rate, kept as the hour's share.
Time Habits::next_join(const Person& person, Time after, Random& random) {
    const double highest = person.joins_per_day * (1 + kDailySwing);
    const auto mean = static_cast<double>(base::kDayMs) / highest;
    for (auto at = after;;) {
        at += 1 + static_cast<Time>(random.exponential(mean));
        const auto of_day = static_cast<double>(at % base::kDayMs) / base::kDayMs;
        const double wave = std::cos(2 * std::numbers::pi * (of_day - 0.83));  // most at 20:00
        if (random.chance((1 + kDailySwing * wave) / (1 + kDailySwing))) return at;
    }
}

std::uint32_t Habits::choose_server(const Person& person, Random& random) {
    if (person.servers.size() == 1 || random.chance(kHomeShare)) return person.servers.front();
    return person.servers[1 + random.below(person.servers.size() - 1)];
}

}  // namespace drawbridge::population
