// Retention: how far it has come, and the hours of players that it keeps longer than their events.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
-- How far sweeps have come in each category (privacy::Rule::name).
CREATE TABLE purges (
    category TEXT PRIMARY KEY,
    position INTEGER NOT NULL,               -- of the walk: the last row looked at
    reached_at INTEGER NOT NULL,             -- that row's time
    deleted INTEGER NOT NULL,                -- rows, ever
    reported INTEGER NOT NULL,               -- of these in the audit
    oldest_at INTEGER,                       -- as the last sweep left it
    swept_at INTEGER                         -- when the last sweep that ended began
) WITHOUT ROWID, STRICT;

-- Hours of a server: what its heartbeats and player counts said of its players.
CREATE TABLE samples (
    server_id INTEGER NOT NULL,
    hour INTEGER NOT NULL,                   -- Unix hours of receipt
    count INTEGER NOT NULL,
    total INTEGER NOT NULL,                  -- sum of the players; mean = total / count
    peak INTEGER NOT NULL,
    PRIMARY KEY (server_id, hour)
) WITHOUT ROWID, STRICT;

-- Of bans that had ended before this step: only the history entry stays.
DELETE FROM ban_tags WHERE ban_number IN (SELECT number FROM bans WHERE state > 5);
)sql";

}  // namespace

MigrationStep schema_2() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
