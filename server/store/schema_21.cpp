// Schema 21: accounts that staff have taken off a profile.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
ALTER TABLE rulings ADD COLUMN identifiers TEXT NOT NULL DEFAULT '';  -- types of those it took off

-- In force: what a session of the profile brings along of these counts for nothing.
CREATE TABLE ruled_tags (
    profile_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    was_home INTEGER NOT NULL,               -- the profile was that of the account
    ruling_id INTEGER NOT NULL REFERENCES rulings(id) ON DELETE CASCADE,
    PRIMARY KEY (profile_id, tag_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX ruled_tags_by_tag ON ruled_tags(tag_id);
CREATE INDEX ruled_tags_by_ruling ON ruled_tags(ruling_id);
)sql";

}  // namespace

MigrationStep schema_21() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
