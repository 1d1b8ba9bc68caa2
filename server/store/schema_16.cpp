// Schema 16: appeals.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
CREATE TABLE appeals (
    id INTEGER PRIMARY KEY,
    ban_number INTEGER NOT NULL REFERENCES bans(number) ON DELETE CASCADE,
    state INTEGER NOT NULL,                  -- review::AppealState
    opened_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    decided_at INTEGER,                      -- decided, or moot
    contact BLOB                             -- sealed
) STRICT;
CREATE INDEX appeals_by_ban ON appeals(ban_number);
CREATE UNIQUE INDEX appeals_open ON appeals(ban_number) WHERE state = 1;

CREATE TABLE appeal_messages (
    id INTEGER PRIMARY KEY,
    appeal_id INTEGER NOT NULL REFERENCES appeals(id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,                   -- review::MessageKind
    who BLOB NOT NULL,                       -- sealed
    text BLOB NOT NULL                       -- sealed
) STRICT;
CREATE INDEX appeal_messages_by_appeal ON appeal_messages(appeal_id);
)sql";

}  // namespace

MigrationStep schema_16() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
