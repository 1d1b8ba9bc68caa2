// Removal of a server: `begin_removal` ends its standing in one transaction, `continue_removal`
// deletes what belongs to it in pieces of a few milliseconds, over restarts, until nothing is left.
#pragma once

#include "bans/bans.h"
#include "base/clock.h"
#include "privacy/removal_steps.h"
#include "store/database.h"
#include "store/journal_record.h"
#include "store/sealer.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::privacy {

/// What hangs on a server before it is removed.
struct RemovalOutlook {
    std::vector<std::uint64_t> network_bans;    // in force on the network, and rest on it
    std::optional<std::int64_t> leaving_owner;  // its owner, when it is the owner's last server
};

/// `server` is a row that auth::Servers::find answered. Thread of the connection.
[[nodiscard]] RemovalOutlook look_ahead(store::Database& database, std::int64_t server);

struct RemovalOrder {
    std::int64_t server = 0;
    bool lifts_bans = false;
    std::string_view staff;
    std::string_view reason;
    base::UnixMs now = 0;
};

/// From its commit on the server has no key, no name and is found by nobody. Store thread, inside a
/// transaction; the caller makes the key ring of the server anew.
void begin_removal(store::Database& database, const store::Sealer& sealer, const RemovalOrder& by);

/// After a restore: the removal of a server that the database still holds begins anew, and the
/// daemon goes on with it.
void remove_again(
    store::Database& database,
    const store::Sealer& sealer,
    const store::ServerRemoved& fact,
    base::UnixMs at
);

struct RemovalStepRecord {
    std::string table;
    std::int64_t deleted = 0;
};

/// One that is under way, or that was.
struct RemovalRecord {
    std::string public_id;
    std::optional<std::string> name;  // while it is under way
    bool removes_owner = false;
    bool lifts_bans = false;
    base::UnixMs began_at = 0;
    std::optional<base::UnixMs> finished_at;
    std::optional<base::UnixMs> resealed_at;
    int percent = 0;
    std::vector<RemovalStepRecord> steps;  // those that have begun, in their order
};

/// By id of the server, or by its name while it is under way. Thread of the connection.
[[nodiscard]] std::optional<RemovalRecord>
find_removal(store::Database& database, const store::Sealer& sealer, std::string_view name_or_id);
/// Those under way, in the order in which they are worked off.
[[nodiscard]] std::vector<RemovalRecord>
removals_under_way(store::Database& database, const store::Sealer& sealer);

/// What one slice of time came to.
struct RemovalSlice {
    bool has_more = false;
    std::optional<std::int64_t> list;  // the owner's list went: it must not be shown any more

    /// With the last slice of a removal.
    struct Finished {
        std::string public_id;
        std::string counts;  // "events 1200, sessions 3"; empty: there was nothing
    };

    std::optional<Finished> finished;
};

/// Goes on with the oldest one until `until`, or a piece beyond it. Store thread, inside a
/// transaction.
[[nodiscard]] RemovalSlice continue_removal(
    store::Database& database,
    const store::Sealer& sealer,
    bans::Bans& bans,
    base::UnixMs now,
    std::chrono::steady_clock::time_point until
);

/// Some are finished, none is under way, and what is left has not begun to go under new keys since:
/// with the old ones ends what SQLite left of deleted cells in the file.
[[nodiscard]] bool is_resealing_due(store::Database& database);
/// In the transaction in which that begins.
void note_resealing(store::Database& database, base::UnixMs now);

}  // namespace drawbridge::privacy
