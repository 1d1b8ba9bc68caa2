#include "review/surgery.h"

#include "bans/ban_accounts.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace drawbridge::review {

using identity::RulingKind;

namespace {

// What no owner alone has seen, but the network takes for true.
constexpr std::int64_t kNetwork = 0;

/// What makes two one person, or takes back that they are two, lifts nothing.
bool may_part(const identity::Ruling& ruling) {
    switch (ruling.kind) {
        case RulingKind::link: return ruling.undone_at.has_value();
        case RulingKind::unlink: return !ruling.undone_at;
        case RulingKind::split:
        case RulingKind::detach: break;  // accounts go from one to the other, and bans with them
    }
    return true;
}

bool contains(const std::vector<std::int64_t>& profiles, std::int64_t profile) {
    return std::ranges::find(profiles, profile) != profiles.end();
}

}  // namespace

Surgery::Result Surgery::link(std::int64_t profile, std::int64_t other, const By& by) {
    identity::Ruling ruling;
    ruling.kind = RulingKind::link;
    ruling.profile = profile;
    ruling.other = other;
    return rule(std::move(ruling), by);
}

Surgery::Result Surgery::unlink(std::int64_t profile, std::int64_t other, const By& by) {
    identity::Ruling ruling;
    ruling.kind = RulingKind::unlink;
    ruling.profile = profile;
    ruling.other = other;
    return rule(std::move(ruling), by);
}

Surgery::Result Surgery::rule(identity::Ruling ruling, const By& by) {
    for (const auto profile : {ruling.profile, ruling.other}) {
        if (!p_.profiles.load(profile)) return SurgeryError::unknown_player;
    }
    if (ruling.profile == ruling.other) return SurgeryError::same_player;
    if (const auto standing = rulings_.on_pair(ruling.profile, ruling.other)) {
        return standing->kind == ruling.kind ? SurgeryError::already_ruled
                                             : SurgeryError::contradiction;
    }
    ruling.made_at = by.now;
    ruling.staff = by.staff;
    ruling.reason = by.reason;
    ruling.id = rulings_.add(ruling);
    Operation done;
    done.ruling = std::move(ruling);
    settle(done, by);
    return done;
}

Surgery::Result Surgery::undo(std::int64_t ruling, const By& by) {
    const auto found = rulings_.load(ruling);
    if (!found) return SurgeryError::unknown_ruling;
    if (found->undone_at) return SurgeryError::already_undone;
    rulings_.undo(*found, by.now);
    Operation done;
    done.ruling = rulings_.load(ruling).value();
    give_back(done);
    settle(done, by);
    return done;
}

std::variant<Surgery::Account, SurgeryError>
Surgery::find_account(std::int64_t profile, const Tag& tag) {
    const auto found = tags_.look_up(tag).stored;
    if (!found || !ruled_tags_.has(profile, found->id)) return SurgeryError::unknown_account;
    const auto own = p_.profiles.accounts(profile).tags;
    if (!own.empty() && own.front().tag == tag) return SurgeryError::surest_account;
    return Account{*found, ruled_tags_.type_of(found->id)};
}

Surgery::Result
Surgery::split(std::int64_t profile, const std::vector<Tag>& accounts, const By& by) {
    if (!p_.profiles.load(profile)) return SurgeryError::unknown_player;
    Accounts wanted;
    for (const auto& tag : accounts) {
        const auto found = find_account(profile, tag);
        if (const auto* error = std::get_if<SurgeryError>(&found)) return *error;
        const auto& account = std::get<Account>(found);
        if (account.tag.profile != profile) return SurgeryError::others_account;
        const auto is_same = [&](const Account& named) { return named.tag.id == account.tag.id; };
        if (std::ranges::none_of(wanted, is_same)) wanted.push_back(account);
    }
    identity::Ruling ruling;
    ruling.kind = RulingKind::split;
    ruling.profile = profile;
    ruling.other = ruled_tags_.add_profile(wanted.front().tag.first_seen);
    return take_off(std::move(ruling), wanted, by);
}

Surgery::Result Surgery::detach(std::int64_t profile, const Tag& account, const By& by) {
    if (!p_.profiles.load(profile)) return SurgeryError::unknown_player;
    const auto found = find_account(profile, account);
    if (const auto* error = std::get_if<SurgeryError>(&found)) return *error;
    const auto& wanted = std::get<Account>(found);
    const auto home = wanted.tag.profile;
    identity::Ruling ruling;
    ruling.kind = RulingKind::detach;
    ruling.profile = profile;
    const bool is_anothers = home && home != profile;
    ruling.other = is_anothers ? *home : ruled_tags_.add_profile(wanted.tag.first_seen);
    return take_off(std::move(ruling), {wanted}, by);
}

Operation Surgery::take_off(identity::Ruling ruling, const Accounts& accounts, const By& by) {
    ruling.made_at = by.now;
    ruling.staff = by.staff;
    ruling.reason = by.reason;
    for (const auto& account : accounts) {
        if (!ruling.identifiers.empty()) ruling.identifiers += ", ";
        ruling.identifiers += type_name(account.type);
    }
    ruling.id = rulings_.add(ruling);
    Operation done;
    done.ruling = std::move(ruling);
    std::vector<std::int64_t> unlinked;
    for (const auto& [tag, type] : accounts) {
        const identity::RuledTag ruled{tag.id, tag.profile == done.ruling.profile};
        const auto others = ruled_tags_.take_off(ruled, done.ruling);
        unlinked.insert(unlinked.end(), others.begin(), others.end());
        move_bans(tag.id, done.ruling.profile, done.ruling.other, done);
    }
    for (const auto other : unlinked) {
        part(done.ruling.profile, other, by, done);
    }
    settle(done, by);
    return done;
}

void Surgery::give_back(Operation& done) {
    for (const auto& ruled : ruled_tags_.of_ruling(done.ruling.id)) {
        ruled_tags_.give_back(ruled, done.ruling);
        if (ruled.was_home) move_bans(ruled.tag, done.ruling.other, done.ruling.profile, done);
    }
}

// A ban goes with the surest account that it names. One that names this account beside a surer one
// stays what it was: lifting it is a decision of its own.
void Surgery::move_bans(std::int64_t account, std::int64_t from, std::int64_t to, Operation& done) {
    for (const auto number : bans::bans_of_tag(p_.database, account)) {
        auto ban = p_.bans.load(number).value();
        if (ban.profile != from) continue;
        if (bans::names_as_surest(p_.database, number, account)) {
            bans::set_profile(p_.database, number, to);
        } else {
            done.naming.push_back(std::move(ban));
        }
    }
}

void Surgery::part(std::int64_t profile, std::int64_t other, const By& by, Operation& done) {
    const auto circle = links_.circle_of(profile);
    const auto other_circle = links_.circle_of(other);
    lift_unfounded(circle, other_circle, by, done);
    lift_unfounded(other_circle, circle, by, done);
}

void Surgery::settle(Operation& done, const By& by) {
    const auto& [profile, other] = std::pair(done.ruling.profile, done.ruling.other);
    done.person = links_.person_of(profile, kNetwork);
    done.other_person = links_.person_of(other, kNetwork);
    if (may_part(done.ruling)) part(profile, other, by, done);
    if (contains(done.person, other)) {
        std::set<std::int64_t> all(done.person.begin(), done.person.end());
        all.insert(done.other_person.begin(), done.other_person.end());
        follow({all.begin(), all.end()}, by, done);
        note_to_follow({all.begin(), all.end()}, done);
    }
    note_let_in(done);
}

void Surgery::lift_unfounded(
    const Person& person,
    const Person& other,
    const By& by,
    Operation& done
) {
    for (const auto profile : person) {
        for (const auto& ban : bans::following_bans(p_.database, profile)) {
            if (is_unfounded(profile, ban, other)) lift(ban.number, by, done);
        }
    }
}

void Surgery::lift(std::uint64_t number, const By& by, Operation& done) {
    const auto lifted =
        p_.bans.decide(number, bans::BanAction::lift, {by.staff, by.reason, by.now});
    const auto* decided = std::get_if<bans::Bans::Decided>(&lifted);
    if (decided == nullptr) return;  // it went with one of those before it
    done.lifted.push_back(decided->ban);
    for (const auto follower : decided->followers) {
        done.lifted.push_back(p_.bans.load(follower).value());
    }
}

// It goes back to a ban against one of the others, who is another person in its owner's eyes.
bool Surgery::is_unfounded(
    std::int64_t profile,
    const bans::FollowingBan& ban,
    const Person& other
) {
    const auto behind = bans::profiles_behind(p_.database, ban.number);
    const auto person = links_.person_of(profile, ban.owner.value_or(kNetwork));
    return std::ranges::any_of(behind, [&](std::int64_t banned) {
        return contains(other, banned) && !contains(person, banned);
    });
}

// Those in force when staff speak: which profile is looked at first must not matter where one of
// them is told apart from another.
void Surgery::follow(const Person& person, const By& by, Operation& done) {
    std::vector<std::pair<std::uint64_t, identity::TaggedIdentifier>> wanted;
    for (const auto profile : person) {
        const auto ban = ban_to_follow(profile, by.now);
        const auto accounts = p_.profiles.accounts(profile);
        if (ban && !accounts.tags.empty()) wanted.emplace_back(*ban, accounts.tags.front());
    }
    for (const auto& [ban, account] : wanted) {
        const bans::Bans::Decision decision{by.staff, by.reason, by.now};
        const auto followed = p_.bans.follow_by_staff(ban, account, decision, by.agreement);
        if (const auto* placed = std::get_if<bans::Bans::Placed>(&followed)) {
            done.placed.push_back(placed->ban);
        }
    }
}

std::optional<std::uint64_t> Surgery::ban_to_follow(std::int64_t profile, base::UnixMs now) {
    const auto person = links_.person_of(profile, kNetwork);
    auto standing = bans::standing_bans(p_.database, person, kNetwork, now);
    const auto apart = identity::told_apart(links_.neighbours(profile, kNetwork));
    bans::leave_out(p_.database, standing, apart);
    const auto is_theirs = [&](const auto& ban) { return ban.profile == profile; };
    if (standing.empty() || std::ranges::any_of(standing, is_theirs)) return std::nullopt;
    return standing.front().number;
}

void Surgery::note_to_follow(const Person& person, Operation& done) {
    for (const auto profile : person) {
        for (const auto number : bans::bans_of_profile(p_.database, profile)) {
            auto ban = p_.bans.load(number).value();
            const bool is_owners = bans::is_standing(ban.state) && ban.owner &&
                                   ban.state != bans::BanState::active && ban.profile == profile;
            if (is_owners) done.to_follow.push_back(std::move(ban));
        }
    }
}

void Surgery::note_let_in(Operation& done) {
    std::set<std::int64_t> freed;
    for (const auto& ban : done.lifted) {
        if (!ban.profile) continue;
        const auto left = bans::bans_of_profile(p_.database, *ban.profile);
        const bool is_free = std::ranges::none_of(left, [&](std::uint64_t number) {
            return bans::is_standing(p_.bans.load(number).value().state);
        });
        if (is_free) freed.insert(*ban.profile);
    }
    done.let_in.assign(freed.begin(), freed.end());
}

}  // namespace drawbridge::review
