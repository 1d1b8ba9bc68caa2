// Schema 18: the number of a profile is never given again.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

// Profiles of removed owners are gone while the sightings of other owners still name them: a new
// one under such a number would be somebody else with their past.
const char* const kTables = R"sql(
CREATE TABLE profiles_18 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT;
INSERT INTO profiles_18(id, first_seen, last_seen)
    SELECT id, first_seen, last_seen FROM profiles ORDER BY id;
DROP TABLE profiles;
ALTER TABLE profiles_18 RENAME TO profiles;

DELETE FROM sqlite_sequence WHERE name = 'profiles';
INSERT INTO sqlite_sequence(name, seq) SELECT 'profiles', max(
    (SELECT coalesce(max(id), 0) FROM profiles),
    (SELECT coalesce(max(profile_id), 0) FROM claims),
    (SELECT coalesce(max(profile_id), 0) FROM sightings),
    (SELECT coalesce(max(profile_id), 0) FROM links),
    (SELECT coalesce(max(other_id), 0) FROM links),
    (SELECT coalesce(max(profile_id), 0) FROM events WHERE profile_id IS NOT NULL));
)sql";

}  // namespace

MigrationStep schema_18() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
