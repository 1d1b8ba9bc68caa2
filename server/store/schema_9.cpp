// Schema 9: a ban names the ban it follows from.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
-- A history entry outlives the one it followed from, or goes before it; both have periods of theirs.
ALTER TABLE bans ADD COLUMN follows INTEGER REFERENCES bans(number) ON DELETE SET NULL;
CREATE INDEX bans_by_follows ON bans(follows) WHERE follows IS NOT NULL;
)sql";

}  // namespace

MigrationStep schema_9() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
