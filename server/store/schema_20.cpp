// Schema 20: staff's word on who is who.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
-- Those that were undone included.
CREATE TABLE rulings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,                   -- identity::RulingKind
    profile_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    staff BLOB,                              -- sealed
    reason BLOB,                             -- sealed
    undone_at INTEGER
) STRICT;
CREATE INDEX rulings_by_profile ON rulings(profile_id);
CREATE INDEX rulings_by_other ON rulings(other_id);

-- Those in force, in both directions: joins look here.
CREATE TABLE ruled_pairs (
    profile_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    is_one_person INTEGER NOT NULL,
    ruling_id INTEGER NOT NULL REFERENCES rulings(id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, other_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX ruled_pairs_by_ruling ON ruled_pairs(ruling_id);
)sql";

}  // namespace

MigrationStep schema_20() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
