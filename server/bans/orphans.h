// Bans on the network that rest on a server which is gone: nobody stands behind them any more, so
// staff look at them again and keep or lift each. Computed, so nothing has to be kept up to date.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge::bans {

enum class OrphanReason { server_removed, server_suspended, server_silent };

struct Orphan {
    OrphanReason reason = OrphanReason::server_removed;
    std::optional<base::UnixMs> last_seen_at;  // of the server, when there is one that was seen
};

[[nodiscard]] std::string_view orphan_reason_name(OrphanReason reason);

/// Nothing: it does not bind the network, staff have adopted it, it follows from another, or its
/// server was heard of since. Thread of the connection.
[[nodiscard]] std::optional<Orphan>
orphan_of(store::Database& database, std::uint64_t number, base::UnixMs silent_since);

/// Within an index: the bans of servers that are gone.
[[nodiscard]] std::int64_t count_orphans(store::Database& database, base::UnixMs silent_since);

}  // namespace drawbridge::bans
