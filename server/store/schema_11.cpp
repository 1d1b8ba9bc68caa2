// Schema 11: every change of a ban is kept; states that came later.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
-- Of bans that are older than this table, their later changes only.
CREATE TABLE ban_changes (
    id INTEGER PRIMARY KEY,
    ban_number INTEGER NOT NULL REFERENCES bans(number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    from_state INTEGER,                      -- NULL: placed
    to_state INTEGER NOT NULL,
    actor INTEGER NOT NULL,                  -- store::ActorKind
    who BLOB,                                -- sealed
    reason BLOB                              -- sealed
) STRICT;
CREATE INDEX ban_changes_by_ban ON ban_changes(ban_number);

-- Standing is no longer below a number.
DROP INDEX bans_by_end;
CREATE INDEX bans_by_end ON bans(expires_at) WHERE state NOT IN (6, 7, 10);
)sql";

}  // namespace

MigrationStep schema_11() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
