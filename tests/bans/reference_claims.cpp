#include "bans/reference_claims.h"

#include <algorithm>
#include <array>

namespace drawbridge::test {
namespace {

constexpr std::array kSurestFirst{
    IdentifierType::license,
    IdentifierType::license2,
    IdentifierType::fivem,
    IdentifierType::steam,
    IdentifierType::discord,
    IdentifierType::xbl,
    IdentifierType::live};

constexpr std::size_t kMostSeen = 8;

}  // namespace

Named surest_of(const std::vector<Named>& accounts) {
    return *std::ranges::min_element(accounts, {}, [](const Named& account) {
        return std::ranges::find(kSurestFirst, account.type) - kSurestFirst.begin();
    });
}

bool is_of_household(IdentifierType type) {
    return type == IdentifierType::license2 || type == IdentifierType::xbl ||
           type == IdentifierType::live;
}

ReferenceClaims::Profile ReferenceClaims::profile_of(const Named& account) {
    const auto [home, is_new] = homes_.try_emplace(account, last_profile_ + 1);
    if (is_new) ++last_profile_;
    return home->second;
}

void ReferenceClaims::join(const std::vector<Named>& accounts, int owner, base::UnixMs now) {
    const auto profile = profile_of(surest_of(accounts));
    for (const auto& account : accounts) {
        if (taken_off_.contains({profile, account})) continue;
        homes_.try_emplace(account, profile);
        auto& seen = seen_[{account, owner}];
        if (std::ranges::find(seen, profile, &Sight::profile) != seen.end()) continue;
        if (seen.size() > kMostSeen) continue;
        seen.push_back({profile, now});
    }
}

ReferenceClaims::Profile ReferenceClaims::name(const Named& surest, int owner, base::UnixMs now) {
    const auto profile = profile_of(surest);
    auto& seen = seen_[{surest, owner}];
    if (seen.empty()) seen.push_back({profile, now});
    return profile;
}

std::optional<ReferenceClaims::Profile> ReferenceClaims::first_known(
    const std::vector<Named>& accounts
) const {
    for (const auto& account : accounts) {
        const auto home = homes_.find(account);
        if (home != homes_.end()) return home->second;
    }
    return std::nullopt;
}

bool ReferenceClaims::has(Profile profile, const Named& account) const {
    if (first_known({account}) == profile) return true;
    return std::ranges::any_of(seen_, [&](const auto& entry) {
        return entry.first.first == account &&
               std::ranges::find(entry.second, profile, &Sight::profile) != entry.second.end();
    });
}

std::vector<Named> ReferenceClaims::accounts_of(Profile profile) const {
    std::vector<Named> accounts;
    for (const auto& entry : homes_) {
        if (has(profile, entry.first)) accounts.push_back(entry.first);
    }
    return accounts;
}

std::set<ReferenceClaims::Seen> ReferenceClaims::seen() const {
    std::set<Seen> all;
    for (const auto& [key, sights] : seen_) {
        for (std::size_t i = 0; i < sights.size(); ++i) {
            all.insert({key.first, key.second, sights[i].profile, i == 0});
        }
    }
    return all;
}

void ReferenceClaims::take_off(const Named& account, Profile profile, Profile other) {
    move(account, profile, other);
    for (auto& [key, seen] : seen_) {
        if (key.first != account) continue;
        std::erase_if(seen, [&](const Sight& sight) { return sight.profile == profile; });
    }
    taken_off_.insert({profile, account});
}

void ReferenceClaims::give_back(
    const Named& account,
    Profile profile,
    Profile other,
    bool was_home
) {
    if (was_home) move(account, other, profile);
    taken_off_.erase({profile, account});
}

void ReferenceClaims::move(const Named& account, Profile from, Profile to) {
    auto& home = homes_.at(account);
    if (home == from) home = to;
    for (auto& [key, seen] : seen_) {
        if (key.first == account && !seen.empty() && seen.front().profile == from) {
            seen.front().profile = to;
        }
    }
}

std::optional<Named> ReferenceClaims::surest_account(Profile profile) const {
    std::vector<Named> own;
    for (const auto& [account, home] : homes_) {
        if (home == profile) own.push_back(account);
    }
    if (own.empty()) return std::nullopt;
    return surest_of(own);
}

bool ReferenceClaims::was_with_another(
    const Named& account,
    int owner,
    Profile profile,
    base::UnixMs before
) const {
    const auto seen = seen_.find({account, owner});
    if (seen == seen_.end()) return false;
    return std::ranges::any_of(seen->second, [&](const Sight& sight) {
        return sight.profile != profile && sight.at < before;
    });
}

std::set<int> ReferenceClaims::owners_who_saw_both(const Named& one, const Named& other) const {
    std::set<int> owners;
    for (const auto& [key, seen] : seen_) {
        if (key.first != one || seen.empty()) continue;
        const auto with = seen_.find({other, key.second});
        if (with == seen_.end()) continue;
        if (with->second.front().profile == seen.front().profile) owners.insert(key.second);
    }
    return owners;
}

}  // namespace drawbridge::test
