// Schema 15: the history of a ban says by which action it changed, so that one that was overturned
// is told from one that was pardoned.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

// Until now from and to told the action, but for what a server or staff have lifted. Actor 1 is the
// daemon, 2 a server.
const char* const kColumn = R"sql(
ALTER TABLE ban_changes ADD COLUMN action INTEGER;  -- bans::BanAction; NULL: placed
UPDATE ban_changes SET action = CASE to_state
    WHEN 2 THEN 9
    WHEN 4 THEN CASE WHEN from_state = 8 THEN 3 WHEN actor = 1 THEN 10 ELSE 1 END
    WHEN 5 THEN 4
    WHEN 6 THEN CASE actor WHEN 2 THEN 8 ELSE 6 END
    WHEN 7 THEN 11
    WHEN 8 THEN 2
    WHEN 9 THEN 5
    WHEN 10 THEN 7
END WHERE from_state IS NOT NULL;
)sql";

}  // namespace

MigrationStep schema_15() {
    return {kColumn, nullptr};
}

}  // namespace drawbridge::store
