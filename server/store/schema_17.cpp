// Schema 17: what speaks for a ban.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTable = R"sql(
CREATE TABLE ban_evidence (
    id INTEGER PRIMARY KEY,
    ban_number INTEGER NOT NULL REFERENCES bans(number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    actor INTEGER NOT NULL,                  -- store::ActorKind
    text BLOB NOT NULL                       -- sealed
) STRICT;
CREATE INDEX ban_evidence_by_ban ON ban_evidence(ban_number);
)sql";

}  // namespace

MigrationStep schema_17() {
    return {kTable, nullptr};
}

}  // namespace drawbridge::store
