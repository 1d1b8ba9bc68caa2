// Schema 23: which ban took the place of another.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
-- Of a ban that is superseded (10).
ALTER TABLE bans ADD COLUMN superseded_by INTEGER REFERENCES bans(number) ON DELETE SET NULL;
CREATE INDEX bans_by_superseded ON bans(superseded_by) WHERE superseded_by IS NOT NULL;
)sql";

}  // namespace

MigrationStep schema_23() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
