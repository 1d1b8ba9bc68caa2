// The traces that crashes have left in the data folder.
#pragma once

#include "base/clock.h"
#include "daemon/data_folder.h"

#include <filesystem>
#include <vector>

namespace drawbridge::daemon {

struct CrashTrace {
    std::filesystem::path file;
    base::UnixMs at = 0;
};

/// Oldest first; empty when there is no such folder. Throws std::runtime_error.
[[nodiscard]] std::vector<CrashTrace> crash_traces(const std::filesystem::path& folder);

/// When the last run began, as far as its lock tells; 0 when there was none. Ask before taking it.
[[nodiscard]] base::UnixMs last_start_of(const DataFolder& folder);

/// Logs the newest trace when the last run left it.
void tell_crash_since(const std::filesystem::path& folder, base::UnixMs last_start);

/// Deletes those from before `oldest`. Throws std::runtime_error.
void purge_crash_traces(const std::filesystem::path& folder, base::UnixMs oldest);

}  // namespace drawbridge::daemon
