// Schema 24: servers that ask for more evidence than the network.
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kColumns = R"sql(
ALTER TABLE servers ADD COLUMN evidence_ban INTEGER;    -- bits; NULL: as the network
ALTER TABLE servers ADD COLUMN evidence_watch INTEGER;
)sql";

}  // namespace

MigrationStep schema_24() {
    return {kColumns, nullptr};
}

}  // namespace drawbridge::store
