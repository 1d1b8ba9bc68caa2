// The request log.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    plane INTEGER NOT NULL,
    server_id INTEGER,                       -- whose signature verified
    status INTEGER NOT NULL,                 -- 0: counts what was not kept apart
    count INTEGER NOT NULL,                  -- of equal ones in that minute
    texts BLOB NOT NULL                      -- sealed endpoint, address, agent, correlation, admin
) STRICT;
)sql";

}  // namespace

MigrationStep schema_6() {
    return {kTables, nullptr};
}

}  // namespace drawbridge::store
