// Schema 13: the review queue.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    profile_id INTEGER NOT NULL REFERENCES profiles(id) ON DELETE CASCADE,
    state INTEGER NOT NULL,                  -- review::CaseState
    category INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    decided_at INTEGER,                      -- escalated or decided
    decided_by BLOB,                         -- sealed
    note BLOB,                               -- sealed
    ban_number INTEGER
) STRICT;
CREATE INDEX cases_by_profile ON cases(profile_id);
CREATE UNIQUE INDEX cases_standing ON cases(profile_id) WHERE state < 3;
CREATE INDEX cases_by_age ON cases(opened_at);

CREATE TABLE case_statements (
    case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    event_seq INTEGER NOT NULL,              -- events.seq, which retention may end before this
    server_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    category INTEGER NOT NULL,
    confidence INTEGER,
    reporter_id INTEGER REFERENCES profiles(id) ON DELETE SET NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, event_seq)
) WITHOUT ROWID, STRICT;
CREATE INDEX case_statements_by_server ON case_statements(server_id, at);
CREATE INDEX case_statements_by_reporter ON case_statements(reporter_id, at)
    WHERE reporter_id IS NOT NULL;
)sql";

}  // namespace

MigrationStep schema_13() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
