// Schema 27: when a server, or all of an owner's together, last met more persons in a day than they
// may make known.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kColumns = R"sql(
ALTER TABLE servers ADD COLUMN persons_limited_at INTEGER;  -- NULL: never
ALTER TABLE owners ADD COLUMN persons_limited_at INTEGER;  -- NULL: never
)sql";

}  // namespace

MigrationStep schema_27() {
    return {kColumns, nullptr};
}

}  // namespace drawbridge::store
