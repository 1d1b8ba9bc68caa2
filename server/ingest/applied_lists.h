// Which versions of the ban lists game servers have in force, by the cursors of their polls: a poll
// is made as soon as what came before has been applied. In memory; heartbeats tell the same once a
// minute, and that is stored.
#pragma once

#include "base/clock.h"
#include "base/guarded.h"
#include "shared/ids.h"

#include <cstdint>
#include <optional>
#include <unordered_map>

namespace drawbridge::ingest {

/// What one server's polls have told.
struct AppliedLists {
    Cursor network;
    Cursor owner;
    base::UnixMs network_since = 0;  // when it first told this cursor
    base::UnixMs owner_since = 0;
    base::UnixMs told_at = 0;  // the last poll's coming
};

/// Any thread.
class AppliedListsOfServers {
public:
    /// `server` is its row.
    void note(std::int64_t server, const Cursor& network, const Cursor& owner, base::UnixMs now);

    /// Nothing: it has not polled since the start.
    [[nodiscard]] std::optional<AppliedLists> of(std::int64_t server) const;

private:
    base::Guarded<std::unordered_map<std::int64_t, AppliedLists>> servers_;
};

}  // namespace drawbridge::ingest
