// What staff say of players in a history.
#include "bans/history.h"
#include "identity/links.h"
#include "identity/profiles.h"

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
    const auto wanted = lists_.rule({id, kind, profile, other}, fixture_.now);
    check_ruled(wanted, spoken);
    const auto name = identity::kind_name(kind);
    count(fmt::format("{}, {}", name, wanted ? "done" : "refused"));
    if (wanted && !wanted->lifted.empty()) count(fmt::format("{}, lifted", name));
    if (wanted && !wanted->following.empty()) count(fmt::format("{}, followed", name));
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

std::set<ReferencePersons::Found> History::found_links() {
    std::set<ReferencePersons::Found> found;
    auto query = reader_->query("SELECT profile_id, other_id, owner_id, conclusion FROM links");
    while (query.step()) {
        const auto is_owners = [&](const ListWatch& watch) {
            return watch.list() == query.integer(2);
        };
        const auto owner = std::ranges::find_if(watches_, is_owners) - watches_.begin() - 1;
        const auto conclusion = static_cast<identity::Conclusion>(query.integer(3));
        found.insert(
            {static_cast<Profile>(query.integer(0)),
             static_cast<Profile>(query.integer(1)),
             static_cast<int>(owner),
             conclusion == identity::Conclusion::ban}
        );
    }
    return found;
}

void History::note_found() {
    auto found = found_links();
    for (const auto& link : found) {
        if (!link.is_one_person || lists_.persons().found().contains(link)) continue;
        const auto& owner = owners_[static_cast<std::size_t>(link.owner)];
        say(fmt::format("  -> {} and {} are one person for {}", link.profile, link.other, owner));
    }
    lists_.tell(std::move(found));
}

// Whom it follows from is one person with the player by now, and nobody whom staff tell apart from
// him stands behind it.
void History::check_following(int server, Profile profile, Index followed) {
    const auto parent = lists_.bans()[followed].follows.value();
    const auto owner = lists_.servers[static_cast<std::size_t>(server)].owner;
    REQUIRE_FALSE(lists_.is_told_apart(profile, parent));
    const auto person = lists_.person_of(profile, owner);
    const auto is_theirs = [&](Profile banned) { return person.contains(banned); };
    const bool follows_person = std::ranges::any_of(lists_.behind(parent), is_theirs);
    REQUIRE(follows_person);
}

void History::compare_persons() {
    const bool is_as_found = found_links() == lists_.persons().found();
    REQUIRE(is_as_found);
    if (random_.chance(0.1)) compare_homes();
}

void History::compare_homes() {
    identity::Profiles profiles(*reader_, *fixture_.network().sealer);
    for (const auto& entry : lists_.claims().homes()) {
        const auto& account = entry.first;
        const auto home = profiles.find(tag_of(type_name(account.type), account.seed));
        REQUIRE_MESSAGE(home == entry.second, describe({account}));
    }
}

}  // namespace drawbridge::test
