// Schema 10: how often a player has joined is counted from the events, not in the profile, whose
// page every join would write anew.
#include "store/migration_step.h"

namespace drawbridge::store {

MigrationStep schema_10() {
    return {"ALTER TABLE profiles DROP COLUMN joins;", nullptr};
}

}  // namespace drawbridge::store
