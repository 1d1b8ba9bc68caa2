// Signals as a queue that main's thread waits on; no handler runs in the middle of anything.
#pragma once

#include <chrono>
#include <optional>

namespace drawbridge::daemon {

enum class Signal { stop, reload };

/// Build it before any thread starts: threads take over the blocked signals. Main's thread.
class Signals {
public:
    Signals();

    /// The next SIGTERM or SIGINT (stop) or SIGHUP (reload); nothing when the time is over.
    [[nodiscard]] std::optional<Signal> wait(std::chrono::seconds longest) const;

    /// As if SIGTERM had come. Any thread.
    static void request_stop();
};

}  // namespace drawbridge::daemon
