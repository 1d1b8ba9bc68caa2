// What staff say of players in a history.
#include "bans/history.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace drawbridge::test {
using identity::RulingKind;
using review::Surgery;

void History::link() {
    const auto [profile, other] = any_two();
    rule_on(RulingKind::link, profile, other);
}

void History::unlink() {
    const auto related = random_.chance(0.5) ? any_followed() : any_found();
    const auto [profile, other] = related && random_.chance(0.8) ? *related : any_two();
    rule_on(RulingKind::unlink, profile, other);
}

void History::rule_on(RulingKind kind, Profile profile, Profile other) {
    if (profile == 0) return;
    const auto spoken = speak([&](Surgery& surgery, const Surgery::By& by) {
        return kind == RulingKind::link ? surgery.link(profile, other, by)
                                        : surgery.unlink(profile, other, by);
    });
    const auto* verb = kind == RulingKind::link ? "links" : "unlinks";
    say(fmt::format("{} {} {} and {}", spoken.staff, verb, profile, other));
    const auto* done = std::get_if<review::Operation>(&spoken.result);
    const auto id = done == nullptr ? 0 : done->ruling.id;
    const auto wanted = lists_.rule({id, kind, profile, other, false, {}}, fixture_.now);
    check_ruled(wanted, spoken);
    tell_ruled(kind, wanted);
}

void History::tell_ruled(RulingKind kind, const std::optional<ReferenceLists::Ruled>& ruled) {
    const auto name = identity::kind_name(kind);
    count(fmt::format("{}, {}", name, ruled ? "done" : "refused"));
    if (ruled && !ruled->lifted.empty()) count(fmt::format("{}, lifted", name));
    if (ruled && !ruled->following.empty()) count(fmt::format("{}, followed", name));
}

void History::detach() {
    const auto profile = any_two().first;
    if (profile == 0) return;
    const auto had = lists_.claims().accounts_of(profile);
    const bool is_any = had.empty() || random_.chance(0.2);
    const auto account = is_any ? random_.pick(personas_.any().accounts) : random_.pick(had);
    take_off(RulingKind::detach, profile, {account});
}

void History::split() {
    const auto profile = any_two().first;
    if (profile == 0) return;
    std::vector<Named> wanted;
    std::set<IdentifierType> types;
    for (const auto& account : lists_.claims().accounts_of(profile)) {
        if (lists_.claims().surest_account(profile) == account && random_.chance(0.9)) continue;
        const bool is_own = lists_.claims().first_known({account}) == profile;
        if (!random_.chance(is_own ? 0.7 : 0.05) || !types.insert(account.type).second) continue;
        wanted.push_back(account);
    }
    if (wanted.empty()) wanted = {random_.pick(personas_.any().accounts)};
    take_off(RulingKind::split, profile, wanted);
}

void History::take_off(RulingKind kind, Profile profile, const std::vector<Named>& accounts) {
    std::vector<Tag> tags;
    for (const auto& account : accounts) {
        tags.push_back(tag_of(type_name(account.type), account.seed));
    }
    const auto spoken = speak([&](Surgery& surgery, const Surgery::By& by) {
        return kind == RulingKind::split ? surgery.split(profile, tags, by)
                                         : surgery.detach(profile, tags.front(), by);
    });
    const auto name = identity::kind_name(kind);
    say(fmt::format("{}: {} of {} from {}", spoken.staff, name, describe(accounts), profile));
    const auto* done = std::get_if<review::Operation>(&spoken.result);
    ReferenceLists::Ruling ruling;
    ruling.id = done == nullptr ? 0 : done->ruling.id;
    ruling.kind = kind;
    ruling.profile = profile;
    const auto wanted = lists_.take_off(ruling, accounts, fixture_.now);
    check_ruled(wanted, spoken);
    if (wanted) REQUIRE(done->ruling.other == lists_.rulings().back().other);
    tell_ruled(kind, wanted);
}

void History::undo() {
    const auto& rulings = lists_.rulings();
    if (rulings.empty()) return;
    auto index = rulings.size() - 1;
    for (int tries = 0; tries < 3 && (tries == 0 || rulings[index].is_undone); ++tries) {
        if (random_.chance(0.6)) index = random_.below(rulings.size());
    }
    const auto& ruling = rulings[index];
    const auto spoken =
        speak([&](Surgery& surgery, const Surgery::By& by) { return surgery.undo(ruling.id, by); });
    const auto name = identity::kind_name(ruling.kind);
    say(fmt::format(
        "{} undoes the {} of {} and {}",
        spoken.staff,
        name,
        ruling.profile,
        ruling.other
    ));
    const auto wanted = lists_.undo(index, fixture_.now);
    check_ruled(wanted, spoken);
    count(wanted ? "undo, done" : "undo, refused");
    if (wanted && !wanted->lifted.empty()) count("undo, lifted");
    if (wanted && !wanted->following.empty()) count("undo, followed");
}

std::pair<History::Profile, History::Profile> History::any_two() {
    const auto profiles = static_cast<std::size_t>(lists_.claims().last_profile());
    if (profiles == 0) return {0, 0};
    const auto any = [&] { return static_cast<Profile>(1 + random_.below(profiles)); };
    const auto ban = any_ban();
    const auto one = ban ? lists_.bans()[*ban].profile.value_or(any()) : any();
    return random_.chance(0.5) ? std::pair(one, any()) : std::pair(any(), one);
}

std::optional<std::pair<History::Profile, History::Profile>> History::any_followed() {
    std::vector<std::pair<Profile, Profile>> all;
    for (Index i = 0; i < lists_.bans().size(); ++i) {
        const auto& ban = lists_.bans()[i];
        if (ban.is_over() || !ban.follows || !ban.profile) continue;
        for (const auto banned : lists_.behind(*ban.follows)) {
            all.emplace_back(*ban.profile, banned);
        }
    }
    if (all.empty()) return std::nullopt;
    return random_.pick(all);
}

// Rather two of whom the whole network thinks so: what is undone of those makes bans follow.
std::optional<std::pair<History::Profile, History::Profile>> History::any_found() {
    std::vector<std::pair<Profile, Profile>> all;
    std::vector<std::pair<Profile, Profile>> networks;
    for (const auto& found : lists_.persons().found()) {
        if (!found.is_one_person) continue;
        all.emplace_back(found.profile, found.other);
        const bool is_networks =
            lists_.person_of(found.profile, std::nullopt).contains(found.other);
        if (is_networks) networks.emplace_back(found.profile, found.other);
    }
    if (all.empty()) return std::nullopt;
    return random_.pick(networks.empty() ? all : networks);
}

History::Spoken History::speak(const Operate& operate) {
    Spoken spoken{any_staff(), random_.chance(0.3), review::SurgeryError::unknown_player};
    fixture_.unit([&](ingest::UnitOfWork& work) {
        Surgery surgery({work.database, *fixture_.network().sealer, work.profiles, work.bans});
        const auto agreement =
            spoken.two ? bans::Bans::Agreement::two_persons : bans::Bans::Agreement::one_person;
        spoken.result = operate(surgery, {spoken.staff, "seen", fixture_.now, agreement});
    });
    return spoken;
}

void History::check_ruled(
    const std::optional<ReferenceLists::Ruled>& wanted,
    const Spoken& spoken
) {
    const auto* done = std::get_if<review::Operation>(&spoken.result);
    REQUIRE(wanted.has_value() == (done != nullptr));
    if (!wanted) return;
    std::set<Index> lifted;
    for (const auto& ban : done->lifted) {
        lifted.insert(lists_.find(ban.number).value());
    }
    const auto& expected = wanted->lifted;
    REQUIRE_MESSAGE(lifted == expected, names_of(lifted) << "lifted, not " << names_of(expected));
    place(*wanted, *done, spoken);
    check_told(*done, lifted);
}

void History::check_told(const review::Operation& done, const std::set<Index>& lifted) {
    const std::set<Profile> let_in(done.let_in.begin(), done.let_in.end());
    REQUIRE(let_in == lists_.let_in(lifted));
    if (!let_in.empty()) count("let in");
    const std::set<Profile> person(done.person.begin(), done.person.end());
    REQUIRE(person == lists_.person_of(static_cast<Profile>(done.ruling.profile), std::nullopt));
}

void History::place(
    const ReferenceLists::Ruled& wanted,
    const review::Operation& done,
    const Spoken& spoken
) {
    check_placed(done.placed, wanted.following);
    for (std::size_t i = 0; i < done.placed.size(); ++i) {
        const auto& placed = done.placed[i];
        const auto& follows = wanted.following[i];
        const auto index =
            lists_.follow_by_staff(follows, placed.number, spoken.staff, spoken.two, fixture_.now);
        say(fmt::format("  -> {} follows from {}", name_of(index), name_of(follows.parent)));
    }
}

void History::check_placed(
    const std::vector<bans::Ban>& placed,
    const std::vector<ReferenceLists::Following>& wanted
) {
    using Pairs = std::vector<std::pair<Profile, std::string>>;
    Pairs done;
    Pairs expected;
    for (const auto& ban : placed) {
        const auto parent = lists_.find(ban.follows.value());
        done.emplace_back(
            static_cast<Profile>(ban.profile.value()),
            parent ? name_of(*parent) : "one of these"
        );
    }
    for (const auto& following : wanted) {
        expected.emplace_back(following.profile, name_of(following.parent));
    }
    REQUIRE_MESSAGE(done == expected, fmt::format("{} follow, not {}", done, expected));
}

}  // namespace drawbridge::test
