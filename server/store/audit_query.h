// The audit as people read it: by who, what, to what and when. Actors and targets are sealed, so
// looking for one opens the entries one by one; a call looks at a bounded number of them.
#pragma once

#include "store/audit.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::store {

struct AuditRecord {
    std::int64_t seq = 0;
    base::UnixMs at = 0;
    ActorKind actor_kind = ActorKind::system;
    std::string action;
    ChainHash hash{};
    std::optional<AuditTexts> texts;        // nothing: erased, or altered
    std::optional<std::int64_t> erased_by;  // the entry that tells of the erasure
};

struct AuditFilter {
    std::optional<std::string> actor;
    std::optional<std::string> action;
    std::optional<std::string> target;
    std::optional<base::UnixMs> since;    // not before
    std::optional<base::UnixMs> until;    // before
    std::optional<std::int64_t> after;    // seq; on from there
    std::optional<std::int64_t> earlier;  // without `after`: back from there; neither: the newest
    int limit = 100;
};

struct AuditPage {
    std::vector<AuditRecord> records;         // in order
    std::optional<std::int64_t> first, last;  // the span that was looked through
    bool more = false;                        // it ended at the limit or at the bound
};

/// Thread of the connection.
[[nodiscard]] AuditPage
find_audit(Database& database, const Sealer& sealer, const AuditFilter& filter);

}  // namespace drawbridge::store
