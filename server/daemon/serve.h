// `drawbridged serve`: builds the daemon from its parts, runs it, takes it down in order.
#pragma once

#include "config/endpoint.h"
#include "daemon/data_folder.h"

#include <optional>

namespace drawbridge::daemon {

/// What the command line says over the configuration.
struct ServeOptions {
    std::optional<config::Endpoint> data;
    std::optional<config::Endpoint> admin;
    bool without_journal = false;  // a new one is begun in place of what was lost
};

/// Returns after SIGTERM or SIGINT, when everything admitted is committed and answered. Call on the
/// main thread before there are others. Throws std::runtime_error when it cannot start.
void serve(const DataFolder& folder, const ServeOptions& options);

}  // namespace drawbridge::daemon
