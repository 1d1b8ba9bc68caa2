// What a game server is told of a player who joins: the lists first, then the evidence.
#include "events/evasion.h"
#include "events/recorder.h"
#include "identity/names.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace drawbridge::events {
namespace {

struct MatchInput {
    std::vector<Tag> tags;
    std::vector<IdentifierType> types;
};

MatchInput match_input(const identity::Player& player) {
    MatchInput input;
    for (const auto& identifier : player.tags) {
        if (!identity::is_account(identifier.type)) continue;
        input.tags.push_back(identifier.tag);
        input.types.push_back(identifier.type);
    }
    for (const auto& token : player.tokens) {
        input.tags.push_back(token);
        input.types.push_back(IdentifierType::token);
    }
    return input;
}

std::vector<IdentifierType> matched_types(const MatchInput& input, std::uint64_t indexes) {
    std::vector<IdentifierType> types;
    for (std::size_t i = 0; i < input.types.size(); ++i) {
        const bool hit = (indexes >> i & 1) != 0;
        if (hit && std::ranges::find(types, input.types[i]) == types.end()) {
            types.push_back(input.types[i]);
        }
    }
    return types;
}

bool matched(const Verdict& verdict, IdentifierType type) {
    return std::ranges::find(verdict.matched, type) != verdict.matched.end();
}

bool names_account(const Verdict& verdict) {
    return verdict.decision == Decision::ban &&
           std::ranges::any_of(verdict.matched, identity::is_account);
}

/// Of those that name an account.
bool all_name(const std::vector<Verdict>& verdicts, IdentifierType type) {
    return std::ranges::all_of(verdicts, [&](const Verdict& verdict) {
        return !names_account(verdict) || matched(verdict, type);
    });
}

/// Of several bans the oldest is told, for what followed from it ends with it; numbers are random.
bool is_told_before(const Verdict& one, const Verdict& other) {
    const auto rank = [](const Verdict& verdict) {
        const auto& ban = verdict.ban.value();
        const bool refuses = verdict.decision == Decision::ban;
        return std::tuple(!refuses, ban.created_at, ban.follows.has_value(), ban.number);
    };
    return rank(one) < rank(other);
}

Verdict verdict_of(Decision decision) {
    Verdict verdict;
    verdict.decision = decision;
    return verdict;
}

Verdict verdict_of(const Suspicion& suspicion) {
    const auto& [finding, ban] = suspicion;
    Verdict verdict;
    const bool refuses = finding.conclusion == identity::Conclusion::ban;
    verdict.decision = refuses ? Decision::ban : Decision::watch;
    verdict.on_network = ban.state == bans::BanState::active;
    verdict.ban = ban;
    verdict.evidence = finding.because;
    for (const auto& [kind, type, weight] : finding.because) {
        if (kind == identity::EvidenceKind::account) verdict.matched.push_back(type.value());
        if (kind == identity::EvidenceKind::tokens) {
            verdict.matched.push_back(IdentifierType::token);
        }
    }
    return verdict;
}

}  // namespace

// Most players who join were here today, and then nothing of what the rows say of them changes.
std::optional<Recorder::Seen> Recorder::see(const identity::Player& player) {
    Seen seen;
    seen.key = identity::visit_key(p_.sealer, p_.server.row, player);
    if (const auto profile = p_.visits.find(seen.key, p_.now)) {
        seen.session.profile = *profile;
        seen.session.owner = p_.server.owner_row;
        seen.is_known = true;
        return seen;
    }
    if (!may_meet(player)) return std::nullopt;
    identity::Joins joins(p_.database, p_.sealer);
    seen.session = joins.record(player, p_.server.owner_row, p_.now);
    if (!player.name.empty()) {
        identity::Names names(p_.database, p_.sealer);
        names.observe(seen.session.profile, player.name, p_.now);
    }
    budget_.spend(seen.session.profile);
    return seen;
}

// Accounts on a list refuse at once. Tokens on a list do not: many may use one machine, and only
// the evidence tells.
Verdict Recorder::verdict_for(
    const identity::Player& player,
    const std::optional<Seen>& seen,
    const Uuid& event
) {
    if (!seen) return verdict_of(Decision::none);
    const auto& anchor = *identity::anchor_of(player);
    Evasion evasion(p_, seen->session);
    // Who has something in common with others is looked at each time.
    if (!seen->is_known && evasion.is_clear()) {
        p_.new_visits.push_back({seen->key, seen->session.profile});
    }
    const auto found = matches(player);
    const auto by_account = std::ranges::find_if(found, names_account);
    const bool is_named = by_account != found.end();
    if (is_named && all_name(found, anchor.type)) return *by_account;
    // Banned by another account than the surest: what follows binds that one too. Where it is bound
    // already this owner learns whose it is: his next one may show the machine alone.
    const auto suspicion = evasion.judge(anchor, event);
    if (is_named) return *by_account;
    return suspicion ? verdict_of(*suspicion) : verdict_of(Decision::allow);
}

std::vector<Verdict> Recorder::matches(const identity::Player& player) {
    const auto input = match_input(player);
    std::vector<Verdict> verdicts;
    for (const auto list : {bans::kNetworkList, p_.server.owner_row}) {
        const auto now_seconds = static_cast<std::uint64_t>(p_.now / base::kSecondMs);
        auto found = p_.lists.match(list, input.tags, now_seconds);
        // Placed a moment ago in this very batch: the list in memory follows after the commit.
        std::ranges::copy(p_.bans.match_changes(list, input.tags), std::back_inserter(found));
        for (const auto& match : found) {
            Verdict verdict;
            verdict.decision = match.weight >= kMatchWeight ? Decision::ban : Decision::watch;
            verdict.on_network = list == bans::kNetworkList;
            verdict.ban = p_.bans.load(match.ban_number);
            verdict.matched = matched_types(input, match.indexes);
            verdicts.push_back(std::move(verdict));
        }
    }
    // Lifted a moment ago, likewise.
    std::erase_if(verdicts, [](const Verdict& verdict) {
        return !verdict.ban || !bans::is_standing(verdict.ban->state);
    });
    std::ranges::stable_sort(verdicts, is_told_before);
    return verdicts;
}

}  // namespace drawbridge::events
