// Schema 28: the number of an appeal is never given again.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

// Players are told it, and the audit names it, when the appeal itself is long deleted.
const char* const kTable = R"sql(
CREATE TABLE appeals_28 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ban_number INTEGER NOT NULL REFERENCES bans(number) ON DELETE CASCADE,
    state INTEGER NOT NULL,                  -- review::AppealState
    opened_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    decided_at INTEGER,                      -- decided, or moot
    contact BLOB                             -- sealed
) STRICT;
INSERT INTO appeals_28(id, ban_number, state, opened_at, due_at, decided_at, contact)
    SELECT id, ban_number, state, opened_at, due_at, decided_at, contact FROM appeals ORDER BY id;
DROP TABLE appeals;
ALTER TABLE appeals_28 RENAME TO appeals;
CREATE INDEX appeals_by_ban ON appeals(ban_number);
CREATE UNIQUE INDEX appeals_open ON appeals(ban_number) WHERE state = 1;
)sql";

}  // namespace

MigrationStep schema_28() {
    return {kTable, nullptr};
}

}  // namespace drawbridge::store
