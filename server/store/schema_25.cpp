// Schema 25: whose word counts for others.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

// Who was there before counted, and goes on to.
const char* const kColumns = R"sql(
ALTER TABLE owners ADD COLUMN trust INTEGER NOT NULL DEFAULT 1;  -- auth::Trust
ALTER TABLE owners ADD COLUMN heard_at INTEGER;  -- first; NULL: no server of it has spoken yet
UPDATE owners SET trust = 3, heard_at = created_at;
CREATE INDEX owners_unproven ON owners(heard_at) WHERE trust = 1;
CREATE INDEX servers_by_owner ON servers(owner_id);
)sql";

}  // namespace

MigrationStep schema_25() {
    return {kColumns, nullptr};
}

}  // namespace drawbridge::store
