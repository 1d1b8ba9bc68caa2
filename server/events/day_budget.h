// How many distinct persons a server may ask about and make known in a day (UTC), and all servers
// of its owner together. Whoever took over a server can thereby neither enumerate the list nor fill
// the identity graph with made-up players.
#pragma once

#include "auth/key_ring.h"
#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <string>

namespace drawbridge::events {

/// How many a server of this size may meet in a day: full, and changing all its players every hour.
/// Nothing: it has not said how large it is.
[[nodiscard]] std::int64_t daily_budget(std::optional<std::int64_t> max_players);

/// A limit that has no room for one more person today.
struct PersonLimit {
    bool is_owners = false;  // of all its servers, else of this one
    std::int64_t persons = 0;
};

/// What staff are told of one, once a day.
struct PersonTrip {
    std::string id;  // srv_… or own_…
    PersonLimit limit;
    base::UnixMs at = 0;
};

/// Of one server, inside one transaction. Thread of the connection.
class DayBudget {
public:
    DayBudget(
        store::Database& database,
        const auth::Server& server,
        std::int64_t owner_limit,
        base::UnixMs now
    )
        : database_(database),
          server_(server),
          owner_limit_(owner_limit),
          now_(now) {}

    /// Nothing: there is room for somebody who is not among today's persons.
    [[nodiscard]] std::optional<PersonLimit> used_up();
    /// Is among today's persons of this server.
    [[nodiscard]] bool holds(std::int64_t profile);
    /// Makes a profile one of them, whether there is room or not.
    void spend(std::int64_t profile);
    /// Somebody was met beyond the limit. Nothing: that was noted today.
    [[nodiscard]] std::optional<PersonTrip> note(const PersonLimit& limit);

private:
    [[nodiscard]] std::int64_t day() const { return now_ / base::kDayMs; }

    store::Database& database_;
    const auth::Server& server_;
    const std::int64_t owner_limit_;
    const base::UnixMs now_;
};

}  // namespace drawbridge::events
