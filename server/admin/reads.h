// Reading connections of the admin plane: one for each thread and database file, so that no read
// waits for the store thread or for another read.
#pragma once

#include "store/database.h"

#include <filesystem>

namespace drawbridge::admin {

/// This thread's read-only connection to the file; opened on first use, closed with the thread.
/// Sees what is committed. Throws store::StoreError.
[[nodiscard]] store::Database& read_connection(const std::filesystem::path& file);

}  // namespace drawbridge::admin
