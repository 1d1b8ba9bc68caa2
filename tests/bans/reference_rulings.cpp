// What staff's word makes of bans, as docs/evidence.md ("Staff's word") has it.
#include "bans/reference_lists.h"

#include <algorithm>

namespace drawbridge::test {

using identity::RulingKind;

// One by staff may be older than what is known of the player: then it is against whoever turns out
// to have an account that it names. What is over names nothing any more.
std::set<ReferenceLists::Profile> ReferenceLists::against(const ReferenceBan& ban) const {
    if (ban.profile) return {*ban.profile};
    std::set<Profile> profiles;
    if (ban.owner || ban.is_over()) return profiles;
    for (const auto& account : ban.named) {
        if (const auto home = claims_.first_known({account})) profiles.insert(*home);
    }
    return profiles;
}

std::set<ReferenceLists::Profile> ReferenceLists::behind(Index ban) const {
    auto profiles = against(bans_[ban]);
    for (auto above = bans_[ban].follows; above; above = bans_[*above].follows) {
        profiles.merge(against(bans_[*above]));
    }
    return profiles;
}

bool ReferenceLists::is_told_apart(Profile profile, Index ban) const {
    return std::ranges::any_of(behind(ban), [&](Profile one) {
        return persons_.ruled(profile, one) == false;
    });
}

std::set<ReferenceLists::Profile>
ReferenceLists::person_of(Profile profile, std::optional<int> owner) const {
    return persons_.person_of(profile, {owner, unheard()});
}

bool ReferenceLists::is_ruled_out(int server, Profile profile, base::UnixMs now) const {
    if (persons_.ruled_one_with(profile).empty()) return false;
    auto others = person_of(profile, servers[static_cast<std::size_t>(server)].owner);
    others.erase(profile);
    for (Index i = 0; i < bans_.size(); ++i) {
        if (!binds(bans_[i], server, now) || is_told_apart(profile, i)) continue;
        const auto is_theirs = [&](Profile one) { return others.contains(one); };
        if (std::ranges::any_of(against(bans_[i]), is_theirs)) return true;
    }
    return false;
}

std::optional<ReferenceLists::Ruled> ReferenceLists::rule(const Ruling& ruling, base::UnixMs now) {
    const auto is_known = [&](Profile profile) {
        return profile > 0 && profile <= claims_.last_profile();
    };
    if (!is_known(ruling.profile) || !is_known(ruling.other)) return std::nullopt;
    if (ruling.profile == ruling.other) return std::nullopt;
    if (persons_.ruled(ruling.profile, ruling.other)) return std::nullopt;
    rulings_.push_back(ruling);
    persons_.rule(ruling.profile, ruling.other, ruling.kind == RulingKind::link);
    return settle(ruling, {}, now);
}

bool ReferenceLists::may_take_off(const Ruling& ruling, const Named& account) const {
    if (!claims_.has(ruling.profile, account)) return false;
    if (claims_.surest_account(ruling.profile) == account) return false;
    return ruling.kind == RulingKind::detach || claims_.first_known({account}) == ruling.profile;
}

// Links that rest on an account go first: whose it is by then says which.
std::optional<ReferenceLists::Ruled>
ReferenceLists::take_off(Ruling ruling, const std::vector<Named>& accounts, base::UnixMs now) {
    for (const auto& account : accounts) {
        if (!may_take_off(ruling, account)) return std::nullopt;
        const auto home = claims_.first_known({account}).value();
        ruling.accounts.push_back({account, home == ruling.profile});
        if (home != ruling.profile) ruling.other = home;
    }
    if (ruling.other == 0) ruling.other = claims_.add_profile();
    std::set<Profile> parted;
    for (const auto& [account, was_home] : ruling.accounts) {
        std::set<Profile> others;
        for (Profile other = 1; other <= claims_.last_profile(); ++other) {
            if (claims_.has(other, account)) others.insert(other);
        }
        parted.merge(persons_.drop(ruling.profile, account.type, others));
        claims_.take_off(account, ruling.profile, ruling.other);
        move_bans(account, ruling.profile, ruling.other);
    }
    if (ruling.kind == RulingKind::split) persons_.rule(ruling.profile, ruling.other, false);
    rulings_.push_back(ruling);
    return settle(ruling, parted, now);
}

// A ban goes with the surest account that it names.
void ReferenceLists::move_bans(const Named& account, Profile from, Profile to) {
    for (auto& ban : bans_) {
        const bool is_theirs = !ban.is_over() && ban.profile == from;
        if (is_theirs && surest_of(ban.named) == account) ban.profile = to;
    }
}

std::optional<ReferenceLists::Ruled> ReferenceLists::undo(std::size_t index, base::UnixMs now) {
    auto& ruling = rulings_[index];
    if (ruling.is_undone) return std::nullopt;
    ruling.is_undone = true;
    if (ruling.kind != RulingKind::detach) {
        persons_.rule(ruling.profile, ruling.other, std::nullopt);
    }
    for (const auto& [account, was_home] : ruling.accounts) {
        claims_.give_back(account, ruling.profile, ruling.other, was_home);
        if (was_home) move_bans(account, ruling.other, ruling.profile);
    }
    return settle(ruling, {}, now);
}

// What makes two one person, or takes back that they are two, lifts nothing.
ReferenceLists::Ruled
ReferenceLists::settle(const Ruling& ruling, const std::set<Profile>& parted, base::UnixMs now) {
    const bool is_joining =
        ruling.kind == (ruling.is_undone ? RulingKind::unlink : RulingKind::link);
    std::set<Index> lost;
    if (!is_joining) lost = without_ground(ruling.profile, ruling.other);
    for (const auto other : parted) {
        lost.merge(without_ground(ruling.profile, other));
    }
    Ruled ruled;
    ruled.lifted = lift(lost);
    auto person = person_of(ruling.profile, std::nullopt);
    if (!person.contains(ruling.other)) return ruled;
    person.merge(person_of(ruling.other, std::nullopt));
    for (const auto profile : person) {
        if (const auto follows = following(profile, now)) ruled.following.push_back(*follows);
    }
    return ruled;
}

// Of the two, and of whoever is linked with them for anybody: a ban that followed from one side to
// the other, of who is another person now in its owner's eyes than those whom it goes back to.
std::set<ReferenceLists::Index> ReferenceLists::without_ground(Profile one, Profile other) const {
    const auto here = persons_.circle_of(one);
    const auto there = persons_.circle_of(other);
    std::set<Index> found;
    for (Index i = 0; i < bans_.size(); ++i) {
        const auto& ban = bans_[i];
        if (ban.is_over() || !ban.follows || !ban.profile) continue;
        if ((here.contains(*ban.profile) && goes_back_to(i, there)) ||
            (there.contains(*ban.profile) && goes_back_to(i, here))) {
            found.insert(i);
        }
    }
    return found;
}

bool ReferenceLists::goes_back_to(Index ban, const std::set<Profile>& side) const {
    const auto person = person_of(bans_[ban].profile.value(), bans_[ban].owner);
    return std::ranges::any_of(behind(ban), [&](Profile banned) {
        return side.contains(banned) && !person.contains(banned);
    });
}

std::set<ReferenceLists::Index> ReferenceLists::lift(const std::set<Index>& bans) {
    auto lifted = bans;
    for (const auto ban : bans) {
        lifted.merge(followers(ban, false));
    }
    overturn(lifted);
    return lifted;
}

// Of several the oldest is followed.
std::optional<ReferenceLists::Following>
ReferenceLists::following(Profile profile, base::UnixMs now) const {
    const auto person = person_of(profile, std::nullopt);
    std::optional<Index> oldest;
    const auto age = [&](Index ban) { return std::pair(bans_[ban].made_at, bans_[ban].number); };
    for (Index i = 0; i < bans_.size(); ++i) {
        const auto& ban = bans_[i];
        if (ban.state != BanState::active || ban.has_ended(now)) continue;
        const auto whom = against(ban);
        const auto is_theirs = [&](Profile one) { return person.contains(one); };
        if (std::ranges::none_of(whom, is_theirs) || is_told_apart(profile, i)) continue;
        if (whom.contains(profile)) return std::nullopt;
        if (!oldest || age(i) < age(*oldest)) oldest = i;
    }
    const auto surest = claims_.surest_account(profile);
    if (!oldest || !surest) return std::nullopt;
    return Following{*oldest, profile, *surest};
}

// It is not adopted: what speaks for it is the one it follows from.
ReferenceLists::Index ReferenceLists::follow_by_staff(
    const Following& wanted,
    std::uint64_t number,
    const std::string& staff,
    bool two,
    base::UnixMs now
) {
    ReferenceBan ban;
    ban.number = number;
    ban.state = two ? BanState::awaiting : BanState::active;
    ban.named = {wanted.account};
    ban.profile = wanted.profile;
    ban.made_at = now;
    ban.expires_at = bans_[wanted.parent].expires_at;
    ban.follows = wanted.parent;
    if (two) ban.agreed = staff;
    return add(std::move(ban));
}

std::set<ReferenceLists::Profile> ReferenceLists::let_in(const std::set<Index>& lifted) const {
    std::set<Profile> free;
    for (const auto index : lifted) {
        const auto profile = bans_[index].profile;
        if (!profile) continue;
        const auto names_them = [&](const ReferenceBan& ban) { return names(ban, *profile); };
        if (std::ranges::none_of(bans_, names_them)) free.insert(*profile);
    }
    return free;
}

bool ReferenceLists::names(const ReferenceBan& ban, Profile profile) const {
    if (ban.is_over()) return false;
    return ban.profile == profile || std::ranges::any_of(ban.named, [&](const Named& account) {
               return claims_.first_known({account}) == profile;
           });
}

}  // namespace drawbridge::test
