// `drawbridged check`: looks at a data folder without changing anything, also beside a running
// daemon.
#pragma once

#include "base/clock.h"
#include "daemon/data_folder.h"

#include <string>
#include <vector>

namespace drawbridge::daemon {

struct CheckReport {
    std::vector<std::string> problems;  // each a sentence; empty: the instance is sound
    std::vector<std::string> warnings;
};

/// Configuration, permissions, certificates, database, journal and master key; null: the folder's.
[[nodiscard]] CheckReport
check(const DataFolder& folder, base::UnixMs now, const store::MasterKey* master = nullptr);

/// The database and its journal alone, where there is no configuration (yet).
[[nodiscard]] CheckReport check_copy(const DataFolder& folder, const store::MasterKey& master);

}  // namespace drawbridge::daemon
