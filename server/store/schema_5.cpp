// Names of players by profile, so that they can end apart from the events they came with.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
CREATE TABLE names (
    profile_id INTEGER NOT NULL REFERENCES profiles(id),
    slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 7),
    last_seen INTEGER NOT NULL,
    name BLOB NOT NULL,                      -- sealed, row id: store/columns.h name_row
    PRIMARY KEY (profile_id, slot)
) WITHOUT ROWID, STRICT;
)sql";

}  // namespace

MigrationStep schema_5() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
