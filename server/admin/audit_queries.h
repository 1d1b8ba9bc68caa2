// The audit as staff read it. It is written by ingest::UnitOfWork, and only ever appended to.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::admin {

struct AuditRecord {
    std::int64_t seq = 0;
    base::UnixMs at = 0;
    std::string actor;
    std::string action;
    std::string target;
    std::string detail;
};

struct AuditFilter {
    std::optional<std::string> actor;
    std::optional<std::string> action;
    std::optional<std::string> target;
    std::optional<std::int64_t> after;  // seq; nothing: the newest
    int limit = 100;
};

/// In order: those after `after`, else the newest. Thread of the connection.
[[nodiscard]] std::vector<AuditRecord>
find_audit(store::Database& database, const AuditFilter& filter);

}  // namespace drawbridge::admin
