// Schema 14: who was seen with which token, and which profiles are one person's.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
-- With which profiles a tag was seen on an owner's servers: of tokens all (up to a limit), of an
-- account those beside the first, which stands in `claims`.
CREATE TABLE sightings (
    tag_id INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,
    profile_id INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (tag_id, owner_id, profile_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE links (
    profile_id INTEGER NOT NULL,             -- the one that joined
    other_id INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,               -- whose servers saw it
    conclusion INTEGER NOT NULL,
    score INTEGER NOT NULL,                  -- tenths of a bit
    evidence TEXT NOT NULL,                  -- kinds and weights
    rule INTEGER NOT NULL,
    ban_number INTEGER,                      -- that it points at
    event_id BLOB,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (profile_id, other_id, owner_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX links_by_other ON links(other_id);
CREATE INDEX links_by_ban ON links(ban_number) WHERE ban_number IS NOT NULL;
)sql";

}  // namespace

MigrationStep schema_14() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
