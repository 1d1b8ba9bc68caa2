#include "identity/evidence.h"

#include "identity/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace drawbridge::identity {
namespace {

constexpr double kDay = static_cast<double>(base::kDayMs);

// m: how often two sessions of one person who has been banned in between agree in a token; 1 - m is
// the share that a new part or a new installation changes. u: how often the sessions of two persons
// agree in it who are as near to each other as false matches are. Far above the rate of strangers:
// the tokens of a machine hang together, so each is credited with part of its rarity only.
constexpr double kTokenM = 0.8;
constexpr double kTokenU = 1.0 / 20;
// Same machine is not same person: more tokens do not make more of it.
constexpr Weight kMostForMachine = 110;
// So many that agree are the machine, whatever else differs. Fewer may be parts that have moved.
constexpr int kSurelyMachine = 3;
constexpr int kFewestTokens = 2;
constexpr Weight kForOthers = -80;
constexpr Weight kForKnownBefore = -60;
constexpr Weight kForBeside = -60;
constexpr Weight kForRival = -80;
// Evaders return within days of their last attempt; whoever else comes to a machine does so at any
// time of a year.
constexpr double kReturnDays = 1.5;
constexpr double kYearDays = 365;
// Who has more accounts of one type is an account that many use: neither its other accounts nor the
// machines it was seen on say who somebody is.
constexpr int kMostOfOneType = 2;

Weight tenths(double bits) {
    return static_cast<Weight>(std::lround(bits * 10));
}

/// log2(m/u) of an account seen with these two profiles alone: how much rarer two persons who are
/// near to each other have it in common than one person has.
Weight base_weight(IdentifierType type) {
    switch (type) {
        case IdentifierType::license: return 160;
        case IdentifierType::fivem:
        case IdentifierType::steam: return 140;
        case IdentifierType::discord: return 130;
        case IdentifierType::license2:
        case IdentifierType::xbl:
        case IdentifierType::live: return 60;  // of a household
        case IdentifierType::ip:
        case IdentifierType::token: break;
    }
    return 0;
}

/// u grows with the number of further profiles that carry the tag.
Weight rarity(int profiles) {
    return tenths(std::log2(std::max(profiles - 1, 1)));
}

Weight account_weight(const SharedAccount& shared) {
    if (shared.profiles > kMostProfiles) return 0;
    return std::max(base_weight(shared.type) - rarity(shared.profiles), 0);
}

struct Sums {
    std::vector<Contribution> because;
    Weight total = 0;
    Weight heard = 0;  // of the total: what may be watched for, and never refuses

    void add(EvidenceKind kind, std::optional<IdentifierType> type, Weight weight, bool binds) {
        if (weight == 0) return;
        because.push_back({kind, type, weight});
        total += weight;
        if (!binds) heard += weight;
    }
};

void add_account(const SharedAccount& shared, bool handed_on, Sums& sums) {
    const auto weight = account_weight(shared);
    const bool binds = shared.binds && !handed_on;
    sums.add(EvidenceKind::account, shared.type, weight, binds);
    if (weight == 0 || !shared.has_rival) return;
    // Never below nothing: an account in common is no evidence against.
    sums.add(EvidenceKind::rival, shared.type, std::max(kForRival, -weight), binds);
}

/// Accounts that one person has.
void add_accounts(const Facts& facts, Sums& sums) {
    for (const auto& shared : facts.accounts) {
        if (!is_of_household(shared.type)) add_account(shared, facts.handed_on, sums);
    }
}

/// They hang together, as xbl and live do that are two names of one account: the first counts.
void add_household_account(const Facts& facts, Sums& sums) {
    const auto counts = [](const SharedAccount& shared) {
        return is_of_household(shared.type) && account_weight(shared) != 0;
    };
    const auto first = std::ranges::find_if(facts.accounts, counts);
    if (first != facts.accounts.end()) add_account(*first, facts.handed_on, sums);
}

bool is_same_machine(int agreeing, int changed) {
    return agreeing >= kSurelyMachine || (agreeing >= kFewestTokens && changed <= agreeing);
}

/// A reinstall changes several tokens at once: on a machine that is known by others they are one
/// difference. Else each is one, for then it is the part that was moved.
Weight machine_weight(const Facts& facts) {
    Weight sum = 0;
    int agreeing = 0;
    int changed = 0;
    for (const auto& token : facts.tokens) {
        if (token.profiles > kMostProfiles) continue;
        if (!token.with_other) {
            ++changed;
            continue;
        }
        ++agreeing;
        sum += tenths(std::log2(kTokenM / kTokenU)) - rarity(token.profiles);
    }
    if (agreeing == 0) return 0;
    const auto differences = is_same_machine(agreeing, changed) ? std::min(changed, 1) : changed;
    sum += differences * tenths(std::log2((1 - kTokenM) / (1 - kTokenU)));
    return std::clamp(sum, 0, kMostForMachine);
}

Weight return_weight(base::UnixMs gap) {
    const auto days = static_cast<double>(gap) / kDay;
    const auto evader = std::log2(kYearDays / kReturnDays) - days / kReturnDays * std::log2(M_E);
    return std::max(tenths(evader), kForKnownBefore);
}

void add_machine(const Facts& facts, Sums& sums) {
    const auto machine = machine_weight(facts);
    if (machine == 0 || facts.others_on_machine + 2 > kMostProfiles) return;
    // Of the time of the accounts: the machine of who sold them.
    const bool binds = !facts.handed_on || facts.accounts.empty();
    const auto add = [&](EvidenceKind kind, Weight weight) {
        sums.add(kind, std::nullopt, weight, binds);
    };
    add(EvidenceKind::tokens, machine);
    if (facts.others_on_machine > 0) add(EvidenceKind::others, kForOthers);
    if (!facts.gap) {
        add(EvidenceKind::known_before, kForKnownBefore);
    } else if (*facts.gap < 0) {
        add(EvidenceKind::beside, kForBeside);
    } else {
        add(EvidenceKind::returned, return_weight(*facts.gap));
    }
}

/// Accounts, and the machine where it speaks for one person: what speaks for another one at the
/// machine does not undo an account in common. What a household shares it shares together: its
/// account or its machine counts, whichever says more.
Sums sum_up(const Facts& facts) {
    Sums with_account;
    if (facts.most_of_one_type > kMostOfOneType) return with_account;
    add_accounts(facts, with_account);
    auto with_machine = with_account;
    add_household_account(facts, with_account);
    add_machine(facts, with_machine);
    const bool keeps_account =
        !with_account.because.empty() && with_machine.total < with_account.total;
    return keeps_account ? with_account : with_machine;
}

Sums link_alone(Weight score, bool binds) {
    Sums sums;
    sums.add(EvidenceKind::linked, std::nullopt, score, binds);
    return sums;
}

bool is_of_machine(EvidenceKind kind) {
    switch (kind) {
        case EvidenceKind::tokens:
        case EvidenceKind::others:
        case EvidenceKind::returned:
        case EvidenceKind::known_before:
        case EvidenceKind::beside: return true;
        case EvidenceKind::account:
        case EvidenceKind::rival:
        case EvidenceKind::linked: break;
    }
    return false;
}

}  // namespace

std::string_view kind_name(EvidenceKind kind) {
    switch (kind) {
        case EvidenceKind::account: return "account";
        case EvidenceKind::rival: return "rival";
        case EvidenceKind::tokens: return "tokens";
        case EvidenceKind::others: return "others";
        case EvidenceKind::returned: return "returned";
        case EvidenceKind::known_before: return "known_before";
        case EvidenceKind::linked: return "linked";
        case EvidenceKind::beside: return "beside";
    }
    return "unknown";
}

std::string_view conclusion_name(Conclusion conclusion) {
    switch (conclusion) {
        case Conclusion::allow: return "allow";
        case Conclusion::watch: return "watch";
        case Conclusion::ban: return "ban";
    }
    return "unknown";
}

Thresholds stricter(
    const Thresholds& network,
    std::optional<std::int64_t> ban,
    std::optional<std::int64_t> watch
) {
    Thresholds both;
    both.ban = std::max(network.ban, static_cast<int>(ban.value_or(0)));
    both.watch = std::max(network.watch, static_cast<int>(watch.value_or(0)));
    both.watch = std::min(both.watch, both.ban);
    return both;
}

Finding weigh(const Facts& facts, const Thresholds& thresholds) {
    auto sums = facts.link ? link_alone(*facts.link, !facts.handed_on) : sum_up(facts);
    Finding finding;
    finding.total = sums.total;
    if (sums.total - sums.heard >= thresholds.ban * 10) {
        finding.conclusion = Conclusion::ban;
    } else if (sums.total >= thresholds.watch * 10) {
        finding.conclusion = Conclusion::watch;
    }
    finding.by_machine_alone = std::ranges::all_of(sums.because, [](const Contribution& entry) {
        return is_of_machine(entry.kind);
    });
    finding.because = std::move(sums.because);
    return finding;
}

std::string print_weight(Weight weight) {
    return fmt::format(
        "{}{}.{}",
        weight < 0 ? "-" : "",
        std::abs(weight) / 10,
        std::abs(weight) % 10
    );
}

std::string print_evidence(const std::vector<Contribution>& because) {
    std::string text;
    for (const auto& [kind, type, weight] : because) {
        if (!text.empty()) text += ", ";
        text += kind_name(kind);
        if (type) text += fmt::format(":{}", type_name(*type));
        text += ' ' + print_weight(weight);
    }
    return text;
}

}  // namespace drawbridge::identity
