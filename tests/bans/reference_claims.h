// Which owner has seen which account with whom, stated from docs/evidence.md ("The graph") and
// "Claims" on plain maps. A part of the reference model; knows nothing of the engine.
#pragma once

#include "base/clock.h"
#include "shared/identifier.h"

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace drawbridge::test {

/// An account or a token as histories name it.
struct Named {
    IdentifierType type = IdentifierType::license;
    int seed = 0;

    friend auto operator<=>(const Named&, const Named&) = default;
};

/// The surest of a player's accounts stands for the player. `accounts` is not empty.
[[nodiscard]] Named surest_of(const std::vector<Named>& accounts);

/// Of a console or a copy of the game: shared or lent.
[[nodiscard]] bool is_of_household(IdentifierType type);

class ReferenceClaims {
public:
    /// One account as the graph keeps it: found by the first that it was surest of. Numbered from 1
    /// in the order in which they were made, as the engine does.
    using Profile = int;

    /// A session on a server of `owner` shows these accounts.
    void join(const std::vector<Named>& accounts, int owner, base::UnixMs now);
    /// A new ban of `owner` names this account as the surest; whom it is against.
    Profile name(const Named& surest, int owner, base::UnixMs now);

    /// Of these accounts, the profile of the first that has one.
    [[nodiscard]] std::optional<Profile> first_known(const std::vector<Named>& accounts) const;

    /// Whose each account is.
    [[nodiscard]] const std::map<Named, Profile>& homes() const { return homes_; }

    /// It is the profile's own, or an owner has seen the two together.
    [[nodiscard]] bool has(Profile profile, const Named& account) const;
    /// All that the profile has.
    [[nodiscard]] std::vector<Named> accounts_of(Profile profile) const;

    /// For accounts that are nobody's other.
    Profile add_profile() { return ++last_profile_; }

    /// Staff say that an account is not this profile's but the other's: it goes there if it was its
    /// own, with what owners have claimed, and is not learnt again.
    void take_off(const Named& account, Profile profile, Profile other);
    /// The other way; `was_home`: it was the profile's own. What was only seen is seen again.
    void give_back(const Named& account, Profile profile, Profile other, bool was_home);

    /// That an owner saw an account with a profile.
    struct Seen {
        Named account;
        int owner = 0;
        Profile profile = 0;
        bool is_claim = false;

        friend auto operator<=>(const Seen&, const Seen&) = default;
    };

    [[nodiscard]] std::set<Seen> seen() const;

    /// Of a profile's own accounts; nothing: it has none.
    [[nodiscard]] std::optional<Named> surest_account(Profile profile) const;

    [[nodiscard]] Profile last_profile() const { return last_profile_; }

    /// `owner` had seen the account with somebody else before.
    [[nodiscard]] bool
    was_with_another(const Named& account, int owner, Profile profile, base::UnixMs before) const;
    /// The owners who, each on their own, saw both with one and the same profile first.
    [[nodiscard]] std::set<int> owners_who_saw_both(const Named& one, const Named& other) const;

private:
    struct Sight {
        Profile profile;
        base::UnixMs at;
    };

    Profile profile_of(const Named& account);
    void move(const Named& account, Profile from, Profile to);

    std::map<Named, Profile> homes_;
    std::set<std::pair<Profile, Named>> taken_off_;
    /// The first of each is the owner's claim; kMostSeen at most beside it.
    std::map<std::pair<Named, int>, std::vector<Sight>> seen_;
    Profile last_profile_ = 0;
};

}  // namespace drawbridge::test
