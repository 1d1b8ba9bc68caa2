// Schema 22: how much of its day's budget a server has used. It was counted with every new person
// of the day: the more of them, the longer it took.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kColumns = R"sql(
ALTER TABLE servers ADD COLUMN budget_day INTEGER;
ALTER TABLE servers ADD COLUMN budget_used INTEGER NOT NULL DEFAULT 0;  -- rows of budget on that day
)sql";

}  // namespace

MigrationStep schema_22() {
    return {kColumns, nullptr};
}

}  // namespace drawbridge::store
