// Who is one person with whom, stated from docs/evidence.md ("The graph", "Staff's word") on plain
// values. What evidence finds in a join is told to it; what stands of that is its matter. A part of
// the reference model; knows nothing of the engine.
#pragma once

#include "bans/reference_claims.h"

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace drawbridge::test {

class ReferencePersons {
public:
    using Profile = ReferenceClaims::Profile;

    /// What one owner's servers have found of two.
    struct Found {
        Profile profile = 0;  // the one that joined
        Profile other = 0;
        int owner = 0;
        bool is_one_person = false;         // or suspected
        std::set<IdentifierType> accounts;  // in common, that spoke for it

        friend auto operator<=>(const Found&, const Found&) = default;
    };

    /// Whose view it is.
    struct Eyes {
        std::optional<int> owner;  // nothing: the network's
        std::set<int> unheard;     // owners whose word does not count elsewhere
    };

    [[nodiscard]] const std::set<Found>& found() const { return found_; }

    void tell(std::set<Found> found) { found_ = std::move(found); }

    /// What was found of `profile` and others for an account of this type that those have.
    std::set<Profile> drop(Profile profile, IdentifierType type, const std::set<Profile>& others);

    /// Staff say of two that they are one person, or two; nothing: they say nothing any more.
    void rule(Profile one, Profile other, std::optional<bool> is_one_person);
    [[nodiscard]] std::optional<bool> ruled(Profile one, Profile other) const;

    /// By both, either way round.
    [[nodiscard]] const std::map<std::pair<Profile, Profile>, bool>& all_ruled() const {
        return ruled_;
    }

    /// Whom staff say to be one person with it, by a word on just the two.
    [[nodiscard]] std::set<Profile> ruled_one_with(Profile profile) const;

    /// Itself as well; nobody whom staff tell apart from it.
    [[nodiscard]] std::set<Profile> person_of(Profile profile, const Eyes& eyes) const;
    /// The same in anybody's eyes: whoever is linked with it for any owner.
    [[nodiscard]] std::set<Profile> circle_of(Profile profile) const;

private:
    template <class IsLinked>
    [[nodiscard]] std::set<Profile> reached(Profile from, const IsLinked& is_linked) const;
    [[nodiscard]] std::set<int> finders(Profile one, Profile other) const;
    [[nodiscard]] std::set<Profile> known() const;

    std::set<Found> found_;
    std::map<std::pair<Profile, Profile>, bool> ruled_;  // both ways
};

}  // namespace drawbridge::test
