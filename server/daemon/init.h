// `drawbridged init`: makes an instance in a folder.
#pragma once

#include "base/clock.h"
#include "daemon/data_folder.h"

#include <string>

namespace drawbridge::daemon {

struct InitOptions {
    std::string name = "Drawbridge";
    std::string host = "localhost";
};

/// All files 0600, the folder 0700. A folder that holds any part of an instance is refused. When
/// it fails, what it made is removed; when it is killed, the folder is no instance. Throws
/// std::runtime_error.
void init(const DataFolder& folder, const InitOptions& options, base::UnixMs now);

/// What to do after `init`, for people.
[[nodiscard]] std::string next_steps(const DataFolder& folder, const InitOptions& options);

}  // namespace drawbridge::daemon
