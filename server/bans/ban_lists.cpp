// What of a ban stands on which list. Whatever changes a ban ends here.
#include "bans/bans.h"
#include "identity/sightings.h"

#include <algorithm>

namespace drawbridge::bans {
namespace {

BanListEntry entry_for(const Ban& ban, const Tag& tag, std::uint8_t weight) {
    BanListEntry entry;
    entry.ban_number = ban.number;
    entry.prefix = tag_prefix(tag);
    entry.weight = weight;
    // Rounded up: a ban never ends before its time.
    if (ban.expires_at) entry.expires = static_cast<std::uint32_t>((*ban.expires_at + 999) / 1000);
    return entry;
}

/// Of the tags that an added entry is of; bit i: tags[i].
std::uint64_t indexes_of(const BanListEntry& entry, std::span<const Tag> tags) {
    std::uint64_t indexes = 0;
    if (entry.operation != BanOperation::add) return indexes;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (tag_prefix(tags[i]) == entry.prefix) indexes |= std::uint64_t{1} << i;
    }
    return indexes;
}

void add_match(std::vector<BanMatch>& matches, const BanListEntry& entry, std::uint64_t indexes) {
    auto match = std::ranges::find(matches, entry.ban_number, &BanMatch::ban_number);
    if (match == matches.end()) match = matches.insert(matches.end(), {entry.ban_number, 0, 0, 0});
    match->weight += entry.weight;
    match->indexes |= indexes;
}

}  // namespace

void Bans::withdraw(const Ban& ban) {
    write_list(kNetworkList, ban, {});
    if (ban.owner) write_list(*ban.owner, ban, {});
    const auto number = static_cast<std::int64_t>(ban.number);
    std::vector<std::int64_t> tags;
    {
        auto query = database_.query("SELECT tag_id FROM ban_tags WHERE ban_number = ?");
        query.bind(number);
        while (query.step()) {
            tags.push_back(query.integer(0));
        }
    }
    database_.query("DELETE FROM ban_tags WHERE ban_number = ?").bind(number).run();
    for (const auto tag : tags) {
        tags_.drop_unused(tag);
    }
}

void Bans::publish(const Ban& ban) {
    if (!is_standing(ban.state)) return withdraw(ban);
    std::vector<BanListEntry> network;
    std::vector<BanListEntry> owner;
    const auto tags = tags_of(ban.number);
    const auto anchor = std::ranges::min_element(tags, {}, [](const BannedTag& banned) {
        return identity::trust_rank(banned.type);
    });
    for (const auto& banned : tags) {
        // Who uses an account that others use too is told by the evidence, not by a list.
        if (banned.id != anchor->id && is_shared(ban, banned)) continue;
        const bool token = banned.type == IdentifierType::token;
        const auto weight = token ? kTokenWeight : static_cast<std::uint8_t>(kMatchWeight);
        const auto entry = entry_for(ban, banned.tag, weight);
        // What one owner claims binds that owner. The network acts on the surest account alone, on
        // what two owners have seen together with it, and on what staff themselves named.
        const bool for_all = !token && ban.state == BanState::active &&
                             (!ban.owner || banned.id == anchor->id ||
                              profiles_.two_owners_saw_both(anchor->id, banned.id));
        if (for_all) {
            network.push_back(entry);
        } else if (ban.owner) {
            owner.push_back(entry);
        }
    }
    write_list(kNetworkList, ban, network);
    if (ban.owner) write_list(*ban.owner, ban, owner);
}

bool Bans::is_shared(const Ban& ban, const BannedTag& banned) {
    if (!ban.owner || !ban.profile) return false;
    if (identity::is_of_household(banned.type)) return true;
    if (banned.type == IdentifierType::token) return false;
    // What is seen after the ban, invented or not, takes nothing off a list.
    return identity::Sightings(database_)
        .with_another(banned.id, *ban.owner, *ban.profile, ban.created_at);
}

std::vector<BanMatch> Bans::match_changes(ListId list, std::span<const Tag> tags) const {
    std::vector<BanMatch> matches;
    for (const auto& change : changes_) {
        if (change.list != list) continue;
        for (const auto& entry : change.operations) {
            if (const auto indexes = indexes_of(entry, tags)) add_match(matches, entry, indexes);
        }
    }
    return matches;
}

void Bans::write_list(ListId list, const Ban& ban, std::span<const BanListEntry> wanted) {
    if (auto change = ListMaster::write(database_, list, ban.number, wanted)) {
        changes_.push_back(std::move(*change));
    }
}

}  // namespace drawbridge::bans
