#include "events/evasion.h"

#include "events/handed_on.h"
#include "shared/ids.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

namespace drawbridge::events {

using identity::Conclusion;

namespace {

/// The first that the network acts on, since a ban goes no further than the one it follows from.
std::uint64_t parent_of(const std::vector<bans::StandingBan>& bans) {
    const auto wide = std::ranges::find_if(bans, &bans::StandingBan::is_on_network);
    return (wide != bans.end() ? *wide : bans.front()).number;
}

bool is_among(const std::vector<std::int64_t>& profiles, std::int64_t profile) {
    return std::ranges::find(profiles, profile) != profiles.end();
}

identity::Banned banned(const std::vector<bans::StandingBan>& oldest_first) {
    return {oldest_first.front().created_at, oldest_first.back().created_at};
}

}  // namespace

Evasion::Evasion(const RecorderParts& parts, const identity::Session& session)
    : p_(parts),
      session_(session),
      overlap_(parts.database, session),
      links_(parts.database),
      neighbours_(links_.neighbours(session.profile, session.owner)),
      apart_(identity::told_apart(neighbours_)) {}

bool Evasion::is_clear() const {
    return neighbours_.empty() && overlap_.others().empty();
}

std::optional<Suspicion>
Evasion::judge(const identity::TaggedIdentifier& anchor, const Uuid& event) {
    std::optional<Case> strongest;
    for (auto& person : persons()) {
        auto found = examine(std::move(person));
        if (found.finding.conclusion == Conclusion::allow) continue;
        note(found, event);
        if (found.bans.empty()) continue;
        const auto strength = [](const Case& one) {
            return std::pair(one.finding.conclusion, one.finding.total);
        };
        if (!strongest || strength(*strongest) < strength(found)) strongest = std::move(found);
    }
    if (!strongest) return std::nullopt;
    return follow(*strongest, anchor, event);
}

bool Evasion::is_apart(std::int64_t profile) const {
    return is_among(apart_, profile);
}

// Nothing of who was told apart from this one counts, whoever else may be linked with both, nor
// does what only leads here by way of that one. All who are linked with the session's own profile
// are one case, from wherever they are looked at: two of them may be told apart from each other.
std::vector<Evasion::Person> Evasion::persons() {
    std::vector<Person> found;
    std::set<std::int64_t> taken{session_.profile};
    const auto take = [&](Person person) {
        std::erase(person, session_.profile);
        if (person.empty()) return;
        taken.insert(person.begin(), person.end());
        found.push_back(std::move(person));
    };
    const auto is_linked = [](const identity::Neighbour& neighbour) {
        return identity::is_one_person(neighbour.relation);
    };
    if (std::ranges::any_of(neighbours_, is_linked)) {
        take(links_.person_of(session_.profile, session_.owner));
    }
    for (const auto other : overlap_.others()) {
        if (taken.contains(other) || is_apart(other)) continue;
        take(links_.person_of(other, session_.owner, apart_));
    }
    return found;
}

std::optional<identity::Weight> Evasion::linked(const Person& person) const {
    std::optional<identity::Weight> best;
    for (const auto& neighbour : neighbours_) {
        if (!identity::is_one_person(neighbour.relation)) continue;
        if (!is_among(person, neighbour.profile)) continue;
        // Staff's word weighs what refuses, and a game server is not told whose word it is.
        const bool is_ruled = neighbour.relation == identity::Relation::ruled_one_person;
        const auto score = is_ruled ? p_.thresholds.ban * 10 : neighbour.score;
        best = std::max(best.value_or(score), score);
    }
    return best;
}

Evasion::Case Evasion::examine(Person person) {
    Case found;
    found.bans = bans::standing_bans(p_.database, person, session_.owner, p_.now);
    bans::leave_out(p_.database, found.bans, apart_);
    std::optional<identity::Banned> times;
    if (!found.bans.empty()) times = banned(found.bans);
    auto facts = overlap_.facts(person, times);
    facts.link = linked(person);
    found.finding = identity::weigh(facts, p_.thresholds);
    found.person = std::move(person);
    if (found.finding.conclusion == Conclusion::ban && is_handed_on(found, facts)) {
        facts.handed_on = true;
        found.finding = identity::weigh(facts, p_.thresholds);
    }
    // Without a ban only what makes them one person is of interest.
    if (found.bans.empty() && found.finding.conclusion == Conclusion::watch) {
        found.finding.conclusion = Conclusion::allow;
    }
    if (found.finding.by_machine_alone && found.person.size() >= kMostByMachine) {
        found.finding.conclusion = std::min(found.finding.conclusion, Conclusion::watch);
    }
    return found;
}

// Of the person, whom the session shares something with or is linked to. Staff's word stands above
// what a ban names.
bool Evasion::is_handed_on(const Case& found, const identity::Facts& facts) const {
    Meeting meeting{session_, {}, facts.accounts.size()};
    for (const auto other : overlap_.others()) {
        if (is_among(found.person, other)) meeting.profiles.push_back(other);
    }
    for (const auto& [profile, score, relation] : neighbours_) {
        if (!identity::is_one_person(relation) || !is_among(found.person, profile)) continue;
        if (relation == identity::Relation::ruled_one_person) return false;
        meeting.profiles.push_back(profile);
    }
    return events::is_handed_on(p_.database, meeting, found.bans);
}

void Evasion::note(const Case& found, const Uuid& event) {
    const auto& [conclusion, total, because, by_machine] = found.finding;
    if (!because.empty() && because.front().kind == identity::EvidenceKind::linked) return;
    identity::Link link;
    link.profile = session_.profile;
    link.other = found.bans.empty() ? found.person.front() : found.bans.front().profile;
    link.owner = session_.owner;
    link.conclusion = conclusion;
    link.score = total;
    link.evidence = identity::print_evidence(because);
    if (!found.bans.empty()) link.ban = parent_of(found.bans);
    link.event_id = store::Bytes(event.begin(), event.end());
    link.made_at = p_.now;
    links_.note(link);
}

std::optional<bans::Ban> Evasion::place(
    std::uint64_t parent,
    const identity::Finding& finding,
    const identity::TaggedIdentifier& anchor,
    const Uuid& event
) {
    bans::NewBan ban;
    ban.target.tags.push_back(anchor);
    ban.reason = p_.bans.load(parent).value().reason;
    ban.event_id = store::Bytes(event.begin(), event.end());
    const auto followed = p_.bans.place_following(parent, ban, p_.server, p_.ban_grace_ms, p_.now);
    const auto* placed = std::get_if<bans::Bans::Placed>(&followed);
    if (placed == nullptr) return std::nullopt;
    if (placed->is_new) {
        const auto code = print_ban_code(placed->ban.number);
        const auto evidence = identity::print_evidence(finding.because);
        p_.audit({"ban.follow", code.view(), {}, evidence});
    }
    return placed->ban;
}

Suspicion
Evasion::follow(Case& found, const identity::TaggedIdentifier& anchor, const Uuid& event) {
    const auto parent = parent_of(found.bans);
    if (found.finding.conclusion == Conclusion::ban) {
        if (auto placed = place(parent, found.finding, anchor, event)) {
            return {std::move(found.finding), *std::move(placed)};
        }
        // As many follow from this ban as may: the next are for staff to look at.
        found.finding.conclusion = Conclusion::watch;
    }
    return {std::move(found.finding), p_.bans.load(parent).value()};
}

}  // namespace drawbridge::events
