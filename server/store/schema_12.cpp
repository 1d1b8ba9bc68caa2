// Schema 12: the breaker.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
ALTER TABLE servers ADD COLUMN mode_set_at INTEGER;  -- by staff; NULL: never since it was added
ALTER TABLE servers ADD COLUMN breaker_at INTEGER;   -- NULL: the mode is what staff have set
CREATE INDEX bans_by_server ON bans(server_id, mode, created_at);
)sql";

}  // namespace

MigrationStep schema_12() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
