// The calls that led to a crash, as addresses that addr2line takes: module and offset in its file.
// Everything here is async-signal-safe, but for `warm_up` and `program_build_id`.
#pragma once

#include "daemon/trace_text.h"

#include <cstdint>
#include <string>

namespace drawbridge::daemon {

/// "drawbridged+0x1a2b" or "libc.so.6+0x3c050"; "?" for an address in no module, which may be a
/// piece of data.
void add_address(TraceText& text, std::uintptr_t address);

/// Calls `write` with one line for each frame, the interrupted function first. Call it in a signal
/// handler. It may itself crash when the stack is overwritten.
void walk_stack(void (*write)(TraceText& line));

/// Loads what the unwinder needs, so that a handler never allocates. Once, before a handler is set.
void warm_up_unwinder();

/// The GNU build id of this program in hex, which tells which file the offsets are of; empty when
/// it was linked without one.
[[nodiscard]] std::string program_build_id();

}  // namespace drawbridge::daemon
