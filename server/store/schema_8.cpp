// Schema 8: the breach procedure.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
-- Who began it and why stands in the audit.
CREATE TABLE breaches (
    id INTEGER PRIMARY KEY,
    began_at INTEGER NOT NULL,
    servers_revoked INTEGER NOT NULL,
    tokens_revoked INTEGER NOT NULL,
    reencryption_at INTEGER                  -- reencryption.started_at; NULL: not begun yet
) STRICT;
)sql";

}  // namespace

MigrationStep schema_8() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
