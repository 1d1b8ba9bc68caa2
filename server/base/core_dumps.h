// Core dumps and debuggers show the memory of a process, and ours holds keys.
#pragma once

namespace drawbridge::base {

/// Whether the kernel may dump this process and others of its user may attach to it. Off is right
/// for every program that holds secrets; a limit on the size of cores would not bind a system's
/// collector of cores. Any thread.
void allow_core_dumps(bool allowed);

}  // namespace drawbridge::base
