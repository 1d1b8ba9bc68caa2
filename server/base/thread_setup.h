// What every long-lived thread does first.
#pragma once

namespace drawbridge::base {

/// Names the calling thread (at most 15 bytes, for `ps -L` and the crash trace) and gives it a
/// stack of its own for signal handlers, so that a stack overflow can still be told. Once more on
/// the same thread: renames it. Throws std::runtime_error when there is no memory.
void set_up_thread(const char* name);

}  // namespace drawbridge::base
