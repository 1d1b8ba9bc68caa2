#include "identity/links.h"

#include "auth/owner_trust.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace drawbridge::identity {
namespace {

// In force beyond the owner who has seen it once another has seen it too.
constexpr int kIndependentOwners = 2;

std::vector<Link> read(store::Query& query) {
    std::vector<Link> links;
    while (query.step()) {
        Link link;
        link.profile = query.integer(0);
        link.other = query.integer(1);
        link.owner = query.integer(2);
        link.conclusion = static_cast<Conclusion>(query.integer(3));
        link.score = static_cast<Weight>(query.integer(4));
        link.evidence = query.text(5);
        link.rule = static_cast<int>(query.integer(6));
        if (const auto ban = query.optional_integer(7)) link.ban = static_cast<std::uint64_t>(*ban);
        if (!query.is_null(8)) link.event_id = query.blob(8);
        link.made_at = query.integer(9);
        links.push_back(std::move(link));
    }
    return links;
}

/// What is said of one pair.
struct Word {
    std::map<std::int64_t, Weight> found;  // by owner; either of the two may have been who joined
    std::optional<Relation> ruled;
};

/// By the other profile of the pair.
std::map<std::int64_t, Word> words_on(store::Database& database, std::int64_t profile) {
    auto query = database.query(
        "SELECT other_id, owner_id, conclusion, score, NULL FROM links WHERE profile_id = ?1 "
        "UNION ALL SELECT profile_id, owner_id, conclusion, score, NULL FROM links "
        "WHERE other_id = ?1 "
        "UNION ALL SELECT other_id, 0, 0, 0, is_one_person FROM ruled_pairs "
        "WHERE profile_id = ?1"
    );
    query.bind(profile);
    std::map<std::int64_t, Word> words;
    while (query.step()) {
        auto& word = words[query.integer(0)];
        if (const auto ruled = query.optional_integer(4)) {
            word.ruled = *ruled != 0 ? Relation::ruled_one_person : Relation::told_apart;
        }
        if (static_cast<Conclusion>(query.integer(2)) != Conclusion::ban) continue;
        auto& score = word.found[query.integer(1)];
        score = std::max(score, static_cast<Weight>(query.integer(3)));
    }
    return words;
}

Neighbour take_from_anybody(std::int64_t profile, const Word& word) {
    const auto by_evidence = word.found.empty() ? Relation::suspected : Relation::one_person;
    return {profile, 0, word.ruled.value_or(by_evidence)};
}

Neighbour
take(std::int64_t profile, const Word& word, std::int64_t owner, const auth::OwnerTrust& trust) {
    int witnesses = 0;
    Neighbour neighbour{profile, 0, Relation::suspected};
    for (const auto& [by, score] : word.found) {
        if (by != owner && !trust.counts(by)) continue;
        witnesses += by == owner ? kIndependentOwners : 1;
        neighbour.score = std::max(neighbour.score, score);
    }
    if (witnesses >= kIndependentOwners) neighbour.relation = Relation::one_person;
    neighbour.relation = word.ruled.value_or(neighbour.relation);
    return neighbour;
}

/// From neighbour to neighbour, but to none of those in `apart`, nor any that is told apart from
/// the first.
template <class NeighboursOf>
std::vector<std::int64_t>
walk(std::int64_t profile, std::vector<std::int64_t> apart, const NeighboursOf& neighbours_of) {
    std::vector<std::int64_t> person{profile};
    const auto may_join = [&](std::int64_t other) {
        return std::ranges::find(person, other) == person.end() &&
               std::ranges::find(apart, other) == apart.end();
    };
    for (std::size_t next = 0; next < person.size(); ++next) {
        const std::vector<Neighbour> found = neighbours_of(person[next]);
        if (next == 0) std::ranges::copy(told_apart(found), std::back_inserter(apart));
        for (const auto& neighbour : found) {
            if (!is_one_person(neighbour.relation)) continue;
            if (person.size() >= Links::kMostProfiles) return person;
            if (may_join(neighbour.profile)) person.push_back(neighbour.profile);
        }
    }
    return person;
}

}  // namespace

std::vector<std::int64_t> told_apart(const std::vector<Neighbour>& neighbours) {
    std::vector<std::int64_t> apart;
    for (const auto& neighbour : neighbours) {
        if (neighbour.relation == Relation::told_apart) apart.push_back(neighbour.profile);
    }
    return apart;
}

void Links::note(const Link& link) {
    auto query = database_.query(
        "INSERT INTO links(profile_id, other_id, owner_id, conclusion, score, evidence, rule, "
        "ban_number, event_id, made_at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) "
        "ON CONFLICT(profile_id, other_id, owner_id) DO UPDATE SET conclusion = ?4, score = ?5, "
        "evidence = ?6, rule = ?7, ban_number = ?8, event_id = ?9, made_at = ?10 "
        "WHERE (?4, ?5) > (conclusion, score)"
    );
    query.bind(link.profile)
        .bind(link.other)
        .bind(link.owner)
        .bind(static_cast<std::int64_t>(link.conclusion))
        .bind(std::int64_t{link.score})
        .bind(std::string_view(link.evidence))
        .bind(std::int64_t{link.rule});
    link.ban ? query.bind(static_cast<std::int64_t>(*link.ban)) : query.bind_null();
    link.event_id ? query.bind(store::ByteView(*link.event_id)) : query.bind_null();
    query.bind(link.made_at).run();
}

std::vector<Neighbour> Links::neighbours(std::int64_t profile, std::int64_t owner) {
    const auth::OwnerTrust trust(database_);
    std::vector<Neighbour> found;
    for (const auto& [other, word] : words_on(database_, profile)) {
        found.push_back(take(other, word, owner, trust));
    }
    return found;
}

std::vector<std::int64_t>
Links::person_of(std::int64_t profile, std::int64_t owner, std::span<const std::int64_t> without) {
    return walk(profile, {without.begin(), without.end()}, [&](std::int64_t member) {
        return neighbours(member, owner);
    });
}

std::vector<std::int64_t> Links::circle_of(std::int64_t profile) {
    return walk(profile, {}, [&](std::int64_t member) {
        std::vector<Neighbour> found;
        for (const auto& [other, word] : words_on(database_, member)) {
            found.push_back(take_from_anybody(other, word));
        }
        return found;
    });
}

std::vector<Link> Links::of_profile(std::int64_t profile) {
    auto query = database_.query(
        "SELECT profile_id, other_id, owner_id, conclusion, score, evidence, rule, ban_number, "
        "event_id, made_at FROM links WHERE profile_id = ?1 OR other_id = ?1 "
        "ORDER BY made_at DESC"
    );
    query.bind(profile);
    return read(query);
}

std::vector<Link> Links::of_ban(std::uint64_t number) {
    auto query = database_.query(
        "SELECT profile_id, other_id, owner_id, conclusion, score, evidence, rule, ban_number, "
        "event_id, made_at FROM links WHERE ban_number = ? ORDER BY made_at DESC"
    );
    query.bind(static_cast<std::int64_t>(number));
    return read(query);
}

}  // namespace drawbridge::identity
