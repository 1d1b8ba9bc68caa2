// Schema 7: removal of servers.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
-- Servers that are being removed, and those that were. The row of the server itself goes last.
CREATE TABLE removals (
    id INTEGER PRIMARY KEY,
    server_id INTEGER NOT NULL,              -- servers.id; given anew once it is finished
    public_id TEXT NOT NULL UNIQUE,
    owner_id INTEGER,                        -- owners.id; NULL: it has other servers and stays
    lifts_bans INTEGER NOT NULL,             -- what becomes of its bans in force on the network
    name BLOB,                               -- sealed; these three are NULL once it is finished
    staff BLOB,                              -- sealed; who asked for it
    reason BLOB,                             -- sealed
    began_at INTEGER NOT NULL,
    finished_at INTEGER,
    resealed_at INTEGER                      -- when all that is left began to go under new keys
) STRICT;
CREATE INDEX removals_under_way ON removals(server_id) WHERE finished_at IS NULL;

-- How far each step of a removal has come (privacy/removal_steps.h).
CREATE TABLE removal_steps (
    removal_id INTEGER NOT NULL REFERENCES removals(id),
    name TEXT NOT NULL,                      -- the table it empties
    number INTEGER NOT NULL,                 -- of the walk: key of the last row looked at
    key BLOB NOT NULL,
    deleted INTEGER NOT NULL,
    is_done INTEGER NOT NULL,
    PRIMARY KEY (removal_id, name)
) WITHOUT ROWID, STRICT;
)sql";

}  // namespace

MigrationStep schema_7() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
