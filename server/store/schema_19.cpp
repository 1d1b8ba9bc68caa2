// Schema 19: tokens of operators, who see what is their owner's.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kColumn = R"sql(
ALTER TABLE admins ADD COLUMN owner_id INTEGER;  -- NULL: staff
)sql";

}  // namespace

MigrationStep schema_19() {
    return {kColumn, nullptr};
}

}  // namespace drawbridge::store
