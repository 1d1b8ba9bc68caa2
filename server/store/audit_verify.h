// Verification of the audit: every link of the chain, every commitment.
#pragma once

#include "store/audit.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::store {

enum class AuditFault : std::uint8_t {
    gap,         // it is missing, and later ones are there
    stray,       // it has a number that was never given
    key,         // it names an audit key that there is not
    hash,        // it, or what stands before it, is not what was chained
    texts,       // its texts cannot be opened
    commitment,  // its texts are not those that were chained
    noted,       // it is not the entry whose hash somebody noted
    tail,        // the trail ends before the entry that somebody noted
};
[[nodiscard]] std::string_view fault_name(AuditFault fault);

struct BrokenEntry {
    std::int64_t seq = 0;  // with `gap` and `tail` the first that is missing
    AuditFault fault = AuditFault::hash;
};

/// In one sentence, for people.
[[nodiscard]] std::string describe_fault(const BrokenEntry& broken);

struct AuditCheck {
    AuditHead verified;                 // up to here all is well
    std::int64_t erased = 0;            // entries among them whose texts have been erased
    std::optional<BrokenEntry> broken;  // the first
    bool complete = false;              // verified to the newest entry, or to the first broken one
};

/// Walks on from `from`, which the caller has verified (or the place before the first entry), over
/// at most `limit` entries. `noted` is a head that was noted elsewhere. Thread of the connection.
[[nodiscard]] AuditCheck verify_audit(
    Database& database,
    const Sealer& sealer,
    const AuditHead& from,
    const std::optional<AuditHead>& noted,
    std::int64_t limit
);

}  // namespace drawbridge::store
