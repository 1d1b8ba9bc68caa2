#include "population/ledger.h"

#include <algorithm>

namespace drawbridge::population {

std::uint32_t Ledger::add(const BanRecord& ban) {
    const auto number = static_cast<std::uint32_t>(bans_.size());
    bans_.push_back(ban);
    if (ban.person != kNobody) by_person_[ban.person].push_back(number);
    for (const auto id : ban.target.accounts.ids) {
        if (id != 0) by_account_[id].push_back(number);
    }
    return number;
}

std::span<const std::uint32_t> Ledger::of_person(PersonId person) const {
    const auto found = by_person_.find(person);
    if (found == by_person_.end()) return {};
    return found->second;
}

bool Ledger::is_in_force(const BanRecord& ban, const Happening& join) const {
    if (join.at < ban.placed || join.at >= ban.ends) return false;
    const auto& servers = landscape_.servers;
    return join.at >= ban.on_network || servers[ban.server].owner == servers[join.server].owner;
}

void Ledger::judge_names(const Happening& join, Truth& truth) const {
    const auto owner = landscape_.servers[join.server].owner;
    for (const auto id : join.shown.accounts.ids) {
        const auto found = by_account_.find(id);
        if (id == 0 || found == by_account_.end()) continue;
        for (const auto number : found->second) {
            const auto& ban = bans_[number];
            if (join.at < ban.placed || join.at >= ban.ends) continue;
            const auto licence = ban.target.accounts.license();
            if (licence == join.shown.accounts.license()) truth.named = true;
            const bool is_malice = ban.motive == Motive::malice;
            truth.at_accuser |= is_malice && landscape_.servers[ban.server].owner == owner;
        }
    }
}

Truth Ledger::judge(const Happening& join) const {
    Truth truth;
    judge_names(join, truth);
    for (const auto number : of_person(join.person)) {
        const auto& ban = bans_[number];
        if (join.at < ban.placed || join.at >= ban.ends) continue;
        truth.mistaken |= ban.motive != Motive::deserved;
        if (ban.motive != Motive::deserved) continue;
        truth.guilty = true;
        if (!truth.named && is_in_force(ban, join)) {
            truth.reuse = std::max(truth.reuse, reuse_of(ban, join));
        }
    }
    return truth;
}

Reuse Ledger::reuse_of(const BanRecord& ban, const Happening& join) const {
    const auto& servers = landscape_.servers;
    const bool same_owner = servers[ban.server].owner == servers[join.server].owner;
    const bool same_machine =
        ban.target.own_machine != 0 && ban.target.own_machine == join.shown.own_machine;
    if (share_an_account(ban.target.accounts, join.shown.accounts)) {
        return same_owner ? Reuse::at_owner : Reuse::elsewhere;
    }
    return same_owner && same_machine ? Reuse::at_owner : Reuse::nothing;
}

}  // namespace drawbridge::population
