// What the heartbeats and player counts of one request say of their server: written once, however
// many there are.
#pragma once

#include "base/clock.h"
#include "events/event.h"
#include "events/samples.h"
#include "store/database.h"

#include <cstdint>
#include <optional>

namespace drawbridge::events {

/// Inside one transaction. Thread of the connection.
class ServerNews {
public:
    void add(const Heartbeat& heartbeat);
    void add(const PlayerCount& count);
    /// Into the server's row and its hour. Once, after the last event.
    void write(store::Database& database, std::int64_t server, base::UnixMs now) const;

private:
    Reports players_;
    std::optional<Heartbeat> heartbeat_;  // the last one
    std::optional<std::int64_t> max_players_;
};

}  // namespace drawbridge::events
