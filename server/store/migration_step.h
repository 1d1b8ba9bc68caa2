// One step of the schema, from the one before it; each in a file of its own.
#pragma once

#include "store/database.h"
#include "store/master_key.h"

namespace drawbridge::store {

/// `sql` runs first, then `then` (may be null), in one transaction. A step that was released is
/// never edited: a change is a new one.
struct MigrationStep {
    const char* sql;
    void (*then)(Database&, const MasterKey&);
};

[[nodiscard]] MigrationStep schema_1();
[[nodiscard]] MigrationStep schema_2();
[[nodiscard]] MigrationStep schema_3();
[[nodiscard]] MigrationStep schema_4();
[[nodiscard]] MigrationStep schema_5();
[[nodiscard]] MigrationStep schema_6();
[[nodiscard]] MigrationStep schema_7();
[[nodiscard]] MigrationStep schema_8();
[[nodiscard]] MigrationStep schema_9();
[[nodiscard]] MigrationStep schema_10();
[[nodiscard]] MigrationStep schema_11();
[[nodiscard]] MigrationStep schema_12();
[[nodiscard]] MigrationStep schema_13();
[[nodiscard]] MigrationStep schema_14();
[[nodiscard]] MigrationStep schema_15();
[[nodiscard]] MigrationStep schema_16();
[[nodiscard]] MigrationStep schema_17();
[[nodiscard]] MigrationStep schema_18();
[[nodiscard]] MigrationStep schema_19();
[[nodiscard]] MigrationStep schema_20();
[[nodiscard]] MigrationStep schema_21();
[[nodiscard]] MigrationStep schema_22();
[[nodiscard]] MigrationStep schema_23();
[[nodiscard]] MigrationStep schema_24();
[[nodiscard]] MigrationStep schema_25();
[[nodiscard]] MigrationStep schema_26();
[[nodiscard]] MigrationStep schema_27();
[[nodiscard]] MigrationStep schema_28();

}  // namespace drawbridge::store
