// Servers that have said as much as they may within an hour, in memory: what they say beyond it is
// refused without counting again. Forgetting any of it costs time, never truth.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace drawbridge::review {

/// While it lasts, nothing of this server joins a case.
struct FullServer {
    std::int64_t server = 0;  // servers.id
    base::UnixMs since = 0;
    base::UnixMs until = 0;  // exclusive

    [[nodiscard]] bool holds(base::UnixMs at) const { return since <= at && at < until; }
};

/// Holds what was committed only. Store thread.
class FullServers {
public:
    [[nodiscard]] bool is_full(std::int64_t server, base::UnixMs at) const {
        const auto found = servers_.find(server);
        return found != servers_.end() && found->second.holds(at);
    }

    /// After the commit.
    void add(const FullServer& full) { servers_[full.server] = full; }

    /// Whenever statements may have gone before their time.
    void clear() { servers_.clear(); }

private:
    std::unordered_map<std::int64_t, FullServer> servers_;  // at most one for each server
};

}  // namespace drawbridge::review
