// Schema 26: when an owner's servers together banned as much as they may.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kColumn = R"sql(
ALTER TABLE owners ADD COLUMN limited_at INTEGER;  -- last; NULL: never
)sql";

}  // namespace

MigrationStep schema_26() {
    return {kColumn, nullptr};
}

}  // namespace drawbridge::store
