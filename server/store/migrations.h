// The schema, as numbered steps. A step that was released is never edited: a change is a new one.
#pragma once

#include "store/database.h"
#include "store/master_key.h"

#include <string>
#include <vector>

namespace drawbridge::store {

/// The schema this program works with; stands in the file as `user_version`.
[[nodiscard]] int newest_schema();
[[nodiscard]] int schema_of(Database& database);

/// Refuses a database of a newer program or of another master key, and changes nothing. Throws
/// std::runtime_error with the next step to take.
void require_migratable(Database& database, const MasterKey& master);

/// Nothing is left to migrate, not even the rewriting of the file after a step.
[[nodiscard]] bool is_migrated(Database& database);

/// Applies what is missing, each step in a transaction of its own, after a check of the key and of
/// the file; throws std::runtime_error as above. A new database has its keys afterwards.
void migrate(Database& database, const MasterKey& master);

/// SQLite's own check of the file: what it found wrong, empty when nothing.
[[nodiscard]] std::vector<std::string> quick_check(Database& database);
/// The same with every index held against its table: slower.
[[nodiscard]] std::vector<std::string> integrity_check(Database& database);

}  // namespace drawbridge::store
