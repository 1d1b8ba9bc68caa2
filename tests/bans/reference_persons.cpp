#include "bans/reference_persons.h"

#include <algorithm>

namespace drawbridge::test {

std::set<ReferencePersons::Profile>
ReferencePersons::drop(Profile profile, IdentifierType type, const std::set<Profile>& others) {
    std::set<Profile> dropped;
    std::erase_if(found_, [&](const Found& found) {
        if (found.profile != profile && found.other != profile) return false;
        const auto other = found.profile == profile ? found.other : found.profile;
        if (!found.accounts.contains(type) || !others.contains(other)) return false;
        dropped.insert(other);
        return true;
    });
    return dropped;
}

void ReferencePersons::rule(Profile one, Profile other, std::optional<bool> is_one_person) {
    for (const auto& pair : {std::pair(one, other), std::pair(other, one)}) {
        ruled_.erase(pair);
        if (is_one_person) ruled_[pair] = *is_one_person;
    }
}

std::optional<bool> ReferencePersons::ruled(Profile one, Profile other) const {
    const auto word = ruled_.find({one, other});
    return word == ruled_.end() ? std::nullopt : std::optional(word->second);
}

std::set<ReferencePersons::Profile> ReferencePersons::ruled_one_with(Profile profile) const {
    std::set<Profile> others;
    for (const auto& [pair, is_one_person] : ruled_) {
        if (pair.first == profile && is_one_person) others.insert(pair.second);
    }
    return others;
}

// A link stands for the owner who found it, and for all when two whose word counts did, each on
// their own; staff's word stands above it.
std::set<ReferencePersons::Profile> ReferencePersons::person_of(Profile profile, const Eyes& eyes)
    const {
    return reached(profile, [&](Profile one, Profile other) {
        const auto owners = finders(one, other);
        const auto counts = [&](int owner) { return !eyes.unheard.contains(owner); };
        return (eyes.owner && owners.contains(*eyes.owner)) ||
               std::ranges::count_if(owners, counts) >= 2;
    });
}

std::set<ReferencePersons::Profile> ReferencePersons::circle_of(Profile profile) const {
    return reached(profile, [&](Profile one, Profile other) {
        return !finders(one, other).empty();
    });
}

template <class IsLinked>
std::set<ReferencePersons::Profile>
ReferencePersons::reached(Profile from, const IsLinked& is_linked) const {
    const auto all = known();
    std::set<Profile> person{from};
    std::vector<Profile> next{from};
    while (!next.empty()) {
        const auto at = next.back();
        next.pop_back();
        for (const auto other : all) {
            if (person.contains(other) || ruled(from, other) == false) continue;
            if (!ruled(at, other).value_or(is_linked(at, other))) continue;
            person.insert(other);
            next.push_back(other);
        }
    }
    return person;
}

std::set<int> ReferencePersons::finders(Profile one, Profile other) const {
    std::set<int> owners;
    for (const auto& found : found_) {
        const bool is_of_both = (found.profile == one && found.other == other) ||
                                (found.profile == other && found.other == one);
        if (is_of_both && found.is_one_person) owners.insert(found.owner);
    }
    return owners;
}

std::set<ReferencePersons::Profile> ReferencePersons::known() const {
    std::set<Profile> profiles;
    for (const auto& found : found_) {
        profiles.insert({found.profile, found.other});
    }
    for (const auto& [pair, is_one_person] : ruled_) {
        profiles.insert(pair.first);
    }
    return profiles;
}

}  // namespace drawbridge::test
