// One ban in the place of another, as docs/bans.md ("Superseded") has it.
#include "bans/reference_lists.h"

#include <algorithm>

namespace drawbridge::test {

bool ReferenceLists::follows_from(Index ban, Index ancestor) const {
    auto above = bans_[ban].follows;
    while (above && *above != ancestor) {
        above = bans_[*above].follows;
    }
    return above.has_value();
}

bool ReferenceLists::is_bound_by(Index ban, const Named& account, std::optional<int> owner) const {
    auto family = followers(ban, false);
    family.insert(ban);
    return std::ranges::any_of(family, [&](Index one) {
        const auto& member = bans_[one];
        return member.on_network.contains(account) ||
               (owner && member.owner == owner && member.on_owners.contains(account));
    });
}

bool ReferenceLists::are_of_one_person(Index ban, Index other) const {
    const auto& one = bans_[ban];
    const auto& two = bans_[other];
    const auto ours = against(one);
    const auto theirs = against(two);
    if (ours.empty() || theirs.empty()) {
        return std::ranges::any_of(one.named, [&](const Named& named) {
            return named.type != IdentifierType::token && !is_of_household(named.type) &&
                   std::ranges::find(two.named, named) != two.named.end();
        });
    }
    const auto owner = one.owner == two.owner ? one.owner : std::nullopt;
    return std::ranges::any_of(ours, [&](Profile profile) {
        const auto person = person_of(profile, owner);
        return std::ranges::any_of(theirs, [&](Profile of) { return person.contains(of); });
    });
}

bool ReferenceLists::are_of_two_families(Index one, Index two) const {
    return one != two && !follows_from(one, two) && !follows_from(two, one);
}

std::optional<std::vector<Named>>
ReferenceLists::left_by(const Replacement& wanted, base::UnixMs now) const {
    const auto& ban = bans_[wanted.ban];
    const auto& other = bans_[wanted.other];
    const bool is_wide = ban.state == BanState::active;
    const bool is_free = !is_wide && !ban.owner;  // of a second person, and binds nobody
    const bool is_as_wide =
        other.state == BanState::active || is_free || (!is_wide && ban.owner == other.owner);
    const bool is_as_long = wanted.may_be_shorter || !other.expires_at ||
                            (ban.expires_at && *ban.expires_at <= *other.expires_at);
    if (ban.is_over() || other.is_over() || other.has_ended(now)) return std::nullopt;
    if (!are_of_two_families(wanted.ban, wanted.other)) return std::nullopt;
    if (!are_of_one_person(wanted.ban, wanted.other)) return std::nullopt;
    if (!is_as_wide || !is_as_long) return std::nullopt;
    auto left = left_alone(wanted.ban, wanted.other);
    if (!left.empty() && !is_wide) return std::nullopt;
    return left;
}

std::vector<Named> ReferenceLists::left_alone(Index index, Index other) const {
    const auto& ban = bans_[index];
    const bool is_wide = ban.state == BanState::active;
    const auto owner = is_wide ? std::nullopt : ban.owner;
    std::vector<Named> left;
    for (const auto& account : is_wide ? ban.on_network : ban.on_owners) {
        if (account.type == IdentifierType::token) continue;
        if (!is_bound_by(other, account, owner)) left.push_back(account);
    }
    return left;
}

void ReferenceLists::supersede(const Replacement& wanted) {
    auto& other = bans_[wanted.other];
    auto& ban = bans_[wanted.ban];
    for (const auto index : followers(wanted.ban, false)) {
        auto& follower = bans_[index];
        const auto own = follower.expires_at == ban.expires_at ? std::nullopt : follower.expires_at;
        const auto end = own && other.expires_at ? std::min(own, other.expires_at)
                                                 : (own ? own : other.expires_at);
        if (end == follower.expires_at) continue;
        follower.expires_at = end;
        relist(follower);
    }
    for (auto& follower : bans_) {
        if (follower.follows == wanted.ban) follower.follows = wanted.other;
    }
    other.has_appeal = other.has_appeal || ban.has_appeal;
    ban.superseded_by = wanted.other;
    change(wanted.ban, BanState::superseded);
    if (other.state != BanState::active) return;
    other.adopted = true;
    relist(other);
}

ReferenceLists::Index ReferenceLists::extend(Index other, const Order& order, base::UnixMs now) {
    ReferenceBan ban;
    ban.number = order.number;
    ban.state = BanState::active;
    ban.named = order.named;
    ban.profile = claims_.first_known({surest_of(order.named)});
    ban.made_at = now;
    ban.follows = other;
    ban.expires_at = bans_[other].expires_at;
    return add(std::move(ban));
}

}  // namespace drawbridge::test
