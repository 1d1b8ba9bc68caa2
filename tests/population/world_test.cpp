#include "population/world.h"

#include "population/random.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

using namespace drawbridge;
using namespace drawbridge::population;

namespace {

Settings small(std::uint64_t seed) {
    Settings settings;
    settings.seed = seed;
    settings.persons = 6000;
    settings.servers = 40;
    settings.owners = 25;
    settings.days = 40;
    return settings;
}

/// All that happens where each game server refuses exactly the licences its own staff banned.
std::vector<Happening> history(World& world) {
    std::vector<Happening> all;
    std::set<std::pair<std::uint32_t, std::uint64_t>> banned;
    while (auto happening = world.next(kNever)) {
        const auto mark = std::pair(happening->server, happening->shown.accounts.license());
        if (happening->what == What::ban) banned.insert(mark);
        if (happening->what == What::join) {
            Answer answer;
            answer.refused = banned.contains(mark);
            world.answer(*happening, answer);
        }
        all.push_back(*std::move(happening));
    }
    return all;
}

std::uint64_t digest(const std::vector<Happening>& all) {
    std::uint64_t sum = 0;
    const auto add = [&](std::uint64_t value) { sum = mix(sum, value); };
    for (const auto& happening : all) {
        add(static_cast<std::uint64_t>(happening.at));
        add(static_cast<std::uint64_t>(happening.what));
        add(happening.server);
        add(happening.person);
        add(happening.ban);
        add(happening.shown.address);
        std::ranges::for_each(happening.shown.accounts.ids, add);
        std::ranges::for_each(happening.shown.machine.parts, add);
    }
    return sum;
}

double share(std::size_t part, std::size_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

TEST_CASE("the same seed is the same world, another seed another") {
    World first(small(1));
    World again(small(1));
    World other(small(2));
    const auto one = digest(history(first));
    CHECK(one == digest(history(again)));
    CHECK(one != digest(history(other)));
}

TEST_CASE("before the days begin all but the newcomers have joined, and nobody has cheated") {
    auto settings = small(4);
    settings.newcomers = 0.3;
    World world(settings);
    const auto all = history(world);
    std::set<PersonId> early;
    for (const auto& happening : all) {
        const bool is_early = happening.at < settings.opening();
        if (is_early && happening.what == What::join) early.insert(happening.person);
    }
    CHECK(share(early.size(), settings.persons) == doctest::Approx(0.7).epsilon(0.03));
    std::size_t deserved = 0;
    for (std::uint32_t i = 0; i < world.ledger().size(); ++i) {
        const auto& ban = world.ledger().at(i);
        if (ban.motive != Motive::deserved) continue;
        ++deserved;
        CHECK(ban.placed >= settings.opening());
    }
    CHECK(deserved > 50);
}

TEST_CASE("the numbers behind a world are the standard's: they do not change with the library") {
    Random random(1, "test");
    CHECK(random.bits() == 1927999373817853200U);
    CHECK(random.below(1000) == 48);
    CHECK(random.unit() == doctest::Approx(0.030776917243585).epsilon(1e-12));
}

TEST_CASE("time goes forward, and nothing happens after the end") {
    World world(small(1));
    const auto all = history(world);
    CHECK(std::ranges::is_sorted(all, {}, &Happening::at));
    CHECK(all.front().at >= kStart);
    CHECK(all.back().at < world.settings().end());
}

TEST_CASE("every kind lives in it, about as many as it should") {
    const World world(small(1));
    std::array<std::size_t, kKinds> counts{};
    for (const auto& person : world.population().persons) {
        ++counts.at(static_cast<std::size_t>(person.kind));
    }
    for (std::size_t i = 0; i < kKinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        CAPTURE(kind_name(kind));
        const auto wanted = share_of(kind) * world.settings().persons;
        CHECK(static_cast<double>(counts.at(i)) > 0.85 * wanted);
        // A group may be up to 300 persons more than were wanted.
        CHECK(static_cast<double>(counts.at(i)) < 1.15 * wanted + 300);
    }
}

TEST_CASE("evaders and cheaters are as many as was asked for") {
    const World world(small(1));
    std::map<Role, std::size_t> roles;
    for (const auto& person : world.population().persons) {
        ++roles[person.role];
    }
    const auto persons = world.population().persons.size();
    CHECK(share(roles[Role::evader], persons) == doctest::Approx(0.02).epsilon(0.3));
    CHECK(share(roles[Role::cheater], persons) == doctest::Approx(0.01).epsilon(0.3));
}

TEST_CASE("circumstances are what their names say") {
    const World world(small(1));
    const auto& persons = world.population().persons;
    const auto& machines = world.population().machines;
    std::map<std::uint32_t, std::set<std::uint64_t>> licences;
    for (const auto& person : persons) {
        CAPTURE(kind_name(person.kind));
        REQUIRE(person.home.first_machine + person.home.machines <= machines.size());
        REQUIRE_FALSE(person.servers.empty());
        if (person.kind == Kind::cafe) CHECK(person.away.is_public);
        if (person.kind == Kind::tokenless) {
            CHECK_FALSE(machines[person.home.first_machine].has_tokens());
        }
        if (person.kind == Kind::second_hand) CHECK(person.buys_at < world.settings().end());
        if (person.kind == Kind::shared_account) {
            licences[person.group].insert(person.accounts.license());
        }
    }
    REQUIRE_FALSE(licences.empty());
    for (const auto& [group, of_group] : licences) {
        CHECK(of_group.size() == 1);
    }
}

TEST_CASE("most machines give three to six tokens") {
    const World world(small(1));
    std::size_t usual = 0;
    for (const auto& machine : world.population().machines) {
        const auto tokens = machine.parts.size() - std::ranges::count(machine.parts, 0U);
        usual += tokens >= 3 && tokens <= 6 ? 1 : 0;
    }
    CHECK(share(usual, world.population().machines.size()) > 0.9);
}

TEST_CASE("what the world says of a join is so") {
    World world(small(1));
    const auto all = history(world);
    std::size_t reused = 0;
    for (const auto& join : all) {
        if (join.what != What::join) continue;
        const auto& truth = join.truth;
        const auto& person = world.population().persons[join.person];
        if (truth.how != Comeback::none) CHECK(person.role == Role::evader);
        if (truth.reuse == Reuse::nothing) continue;
        ++reused;
        CHECK(truth.guilty);
        CHECK_FALSE(truth.named);
        const auto bans = world.ledger().of_person(join.person);
        CHECK(std::ranges::any_of(bans, [&](auto number) {
            const auto& target = world.ledger().at(number).target;
            return share_an_account(target.accounts, join.shown.accounts) ||
                   target.own_machine == join.shown.own_machine;
        }));
    }
    CHECK(reused > 50);
}

TEST_CASE("evaders come back in every way, and hostile owners invent joins and bans") {
    World world(small(1));
    const auto all = history(world);
    std::set<Comeback> ways;
    std::map<What, std::size_t> happened;
    for (const auto& happening : all) {
        ways.insert(happening.truth.how);
        ++happened[happening.what];
    }
    CHECK(ways.size() == kComebacks);
    CHECK(happened[What::invented_join] > 50);
    CHECK(happened[What::lift] > 0);
    CHECK(happened[What::decide] > 0);
    CHECK(happened[What::join] > 10 * happened[What::ban]);
    std::map<Motive, std::size_t> motives;
    for (std::uint32_t i = 0; i < world.ledger().size(); ++i) {
        ++motives[world.ledger().at(i).motive];
    }
    CHECK(motives[Motive::malice] > 0);
    CHECK(motives[Motive::deserved] > 100);
}
