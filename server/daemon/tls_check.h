// Whether the certificate of the data plane will do: for `check`, at start, and once a day.
#pragma once

#include "base/clock.h"
#include "config/config.h"

#include <string>
#include <vector>

namespace drawbridge::daemon {

enum class Severity {
    fatal,    // no game server could connect: the daemon does not start
    fault,    // some could not
    warning,  // needs attention soon
};

struct Finding {
    Severity severity;
    std::string text;
};

/// Empty when all is well. Reads the files; any thread.
[[nodiscard]] std::vector<Finding> check_tls(const config::Config& config, base::UnixMs now);

/// The host that game servers ask for: of public_url, else `host`.
[[nodiscard]] std::string asked_host(const config::Config& config);

}  // namespace drawbridge::daemon
