// Stored events as staff look through them. Reads only; payloads are opened on the way out.
#pragma once

#include "base/clock.h"
#include "events/event.h"
#include "shared/ids.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::events {

struct EventFilter {
    std::optional<std::int64_t> server;  // servers.id
    std::optional<std::int64_t> owner;   // of the server
    std::optional<EventType> type;
    std::optional<std::int64_t> profile;
    std::optional<base::UnixMs> since;  // by the event's own time, inclusive
    std::optional<base::UnixMs> until;  // exclusive
    std::optional<std::int64_t> after;  // seq; nothing: the newest
    int limit = 100;
};

struct EventRecord {
    std::int64_t seq = 0;
    Uuid id{};
    std::int64_t server = 0;
    EventType type = EventType::error;
    base::UnixMs at = 0;
    base::UnixMs received_at = 0;
    std::optional<std::int64_t> profile;
    std::string payload;  // JSON as it came; empty when the cell was altered
};

/// In the order of their arrival: those after `after`, else the newest. Thread of the connection.
[[nodiscard]] std::vector<EventRecord>
find_events(store::Database& database, const store::Sealer& sealer, const EventFilter& filter);

/// By number. Nothing: its time is over.
[[nodiscard]] std::optional<EventRecord>
find_event(store::Database& database, const store::Sealer& sealer, std::int64_t seq);

/// Of one profile, as far back as join events are kept.
struct Joins {
    std::int64_t count = 0;
    std::optional<base::UnixMs> last_at;  // received
};

[[nodiscard]] Joins joins_of(store::Database& database, std::int64_t profile);
/// On this owner's servers alone.
[[nodiscard]] Joins joins_of(store::Database& database, std::int64_t profile, std::int64_t owner);

struct EventTotals {
    std::int64_t stored = 0;  // ever; numbers of purged events stay used
    std::optional<base::UnixMs> last_received_at;
};

[[nodiscard]] EventTotals event_totals(store::Database& database);

}  // namespace drawbridge::events
