// When the daemon dies of a fault, it leaves a trace: docs/operating.md, "Crashes". A trace holds
// version, signal, time, thread, kind of work and addresses of code; nothing of any request.
#pragma once

#include <filesystem>

namespace drawbridge::daemon {

/// From now on SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT and std::terminate write a trace into
/// `folder` (made, 0700, when it is missing), then end the process as they would have. Before other
/// threads start; once. Throws std::runtime_error when the folder cannot be used.
void install_crash_handler(const std::filesystem::path& folder);

}  // namespace drawbridge::daemon
