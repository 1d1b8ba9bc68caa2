// The schema, as numbered steps. A step that was released is never edited: a change is a new one.
#pragma once

#include "store/database.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace drawbridge::store {

/// The schema this program works with; stands in the file as `user_version`.
[[nodiscard]] int newest_schema();
[[nodiscard]] int schema_of(Database& database);

/// Applies what is missing, each step in a transaction of its own, after a check of the file. A
/// database of a newer program is refused. Throws std::runtime_error with the next step to take.
void migrate(Database& database);

/// SQLite's own check of the file: what it found wrong, empty when nothing.
[[nodiscard]] std::vector<std::string> quick_check(Database& database);

}  // namespace drawbridge::store
