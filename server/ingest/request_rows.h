// The table `requests`, where the request log is kept: what tells who asked from where is sealed
// under the key of its week.
#pragma once

#include "ingest/request_log.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace drawbridge::ingest {

/// About 100 MB. Beyond it the oldest go before their time.
inline constexpr std::int64_t kMostRequestRows = 500'000;

/// New entries get a row, others their new count; `entries` are told their rows. Store thread,
/// inside a transaction.
void write_requests(
    store::Database& database,
    const store::Sealer& sealer,
    std::vector<LogEntry>& entries,
    std::int64_t most_rows = kMostRequestRows
);

struct RequestFilter {
    std::optional<std::int64_t> server;  // servers.id
    std::optional<std::int64_t> status;
    std::optional<base::UnixMs> since;   // inclusive
    std::optional<base::UnixMs> until;   // exclusive
    std::optional<std::int64_t> before;  // row
    int limit = 100;
};

/// The newest that match, in order. Texts are empty when the cell was altered. Thread of the
/// connection.
[[nodiscard]] std::vector<LogEntry>
find_requests(store::Database& database, const store::Sealer& sealer, const RequestFilter& filter);

}  // namespace drawbridge::ingest
