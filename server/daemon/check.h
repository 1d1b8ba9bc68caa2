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

/// Configuration, permissions, certificates, database and master key.
[[nodiscard]] CheckReport check(const DataFolder& folder, base::UnixMs now);

}  // namespace drawbridge::daemon
