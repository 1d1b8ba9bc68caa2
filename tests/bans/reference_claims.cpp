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
        homes_.try_emplace(account, profile);
        auto& seen = seen_[{account, owner}];
        if (std::ranges::find(seen, profile, &Sight::profile) != seen.end()) continue;
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
