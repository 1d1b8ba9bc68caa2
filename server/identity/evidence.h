// How likely two profiles are one person, in bits: record linkage after Fellegi and Sunter (1969).
// docs/evidence.md has the mathematics, the sources and worked examples. Pure; any thread.
#pragma once

#include "base/clock.h"
#include "shared/identifier.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::identity {

/// Goes up with every change of what is weighed or how: stored with each link.
inline constexpr int kEvidenceRule = 3;

/// Tenths of a bit of log-likelihood ratio: whole numbers, so that equal facts give equal scores on
/// every machine.
using Weight = int;

// The numbers are stored: never renumber.
enum class EvidenceKind : std::uint8_t {
    account = 1,   // an account that both have used; its type says which
    rival,         // this profile has an account of that type of its own
    tokens,        // the machine
    others,        // further persons use that machine
    returned,      // came up after the ban, and how soon
    known_before,  // was known before the ban
    linked,        // found to be one person before
    beside         // the other was on the machine again after this one first came
};
[[nodiscard]] std::string_view kind_name(EvidenceKind kind);

struct Contribution {
    EvidenceKind kind = EvidenceKind::account;
    std::optional<IdentifierType> type;  // with account and rival
    Weight weight = 0;

    friend bool operator==(const Contribution&, const Contribution&) = default;
};

/// An account that both profiles have used.
struct SharedAccount {
    IdentifierType type = IdentifierType::discord;
    /// Profiles that it was seen with, these two included: all that this owner has seen, and of
    /// each other owner whose word counts one more at most, so that nobody alone makes it look
    /// shared.
    int profiles = 2;
    /// This profile has one of this type of its own.
    bool has_rival = false;
    /// Seen with the other profile by this owner, or by two others independently whose word
    /// counts. Else it is a stranger's word, which binds nobody here.
    bool binds = true;
};

/// A token of the session, as this owner's servers have seen it.
struct SeenToken {
    bool with_other = false;
    int profiles = 1;  // that it was seen with, this one included
};

/// What is known of a session's profile and another one, which is banned.
struct Facts {
    std::vector<SharedAccount> accounts;
    std::vector<SeenToken> tokens;
    /// The most accounts of one type that the other has, counted as profiles are.
    int most_of_one_type = 1;
    /// Further persons on the machine: neither of the two, nor linked to the other.
    int others_on_machine = 0;
    /// From when the other was last on that machine, in the first week after the ban, to when this
    /// profile, or any account of it, was first seen anywhere; below 0 when the other was there
    /// again. Nothing: it was known before the ban.
    std::optional<base::UnixMs> gap;
    /// The other's licence is somebody else's now: its bans name other accounts than are in common.
    /// Accounts, the machine that they came with and a link are watched then, and refuse nobody.
    bool handed_on = false;
    /// The score of a link between the two that stands: then nothing else is weighed.
    std::optional<Weight> link;
};

/// With less a single doubtful fact would refuse.
inline constexpr int kLeastForBan = 8;
/// Nothing comes near it: never.
inline constexpr int kMostForBan = 1000;

/// In bits.
struct Thresholds {
    int ban = 12;
    int watch = 4;
};

/// At a server that asks for these itself: more evidence than the network does, never less, and
/// `watch` no later than `ban`.
[[nodiscard]] Thresholds stricter(
    const Thresholds& network,
    std::optional<std::int64_t> ban,
    std::optional<std::int64_t> watch
);

enum class Conclusion : std::uint8_t { allow = 1, watch, ban };
[[nodiscard]] std::string_view conclusion_name(Conclusion conclusion);

struct Finding {
    Conclusion conclusion = Conclusion::allow;
    Weight total = 0;
    std::vector<Contribution> because;  // in the order of the kinds
    /// No account is part of it: somebody else may sit at that machine.
    bool by_machine_alone = false;
};

/// A tag that was seen with more profiles is worth nothing.
inline constexpr int kMostProfiles = 4;

[[nodiscard]] Finding weigh(const Facts& facts, const Thresholds& thresholds);

/// "tokens 11.0, returned 5.7", as it is stored and shown.
[[nodiscard]] std::string print_evidence(const std::vector<Contribution>& because);
/// "16.7"
[[nodiscard]] std::string print_weight(Weight weight);

}  // namespace drawbridge::identity
