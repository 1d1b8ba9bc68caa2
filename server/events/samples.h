// How many players a server had, by the hour: what stays of heartbeats and player counts when they
// are gone.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <vector>

namespace drawbridge::events {

struct Sample {
    base::UnixMs hour = 0;  // its beginning
    double mean = 0;
    std::int64_t peak = 0;
    std::int64_t count = 0;  // reports it is made of
};

/// How many players each of some reports said there were.
struct Reports {
    std::int64_t count = 0;
    std::int64_t total = 0;
    std::int64_t peak = 0;
    std::int64_t last = 0;

    void add(std::int64_t players);
};

/// Inside the transaction that stores the reports. Store thread.
void add_samples(
    store::Database& database,
    std::int64_t server,
    base::UnixMs received_at,
    const Reports& reports
);

/// Hours of one server from `since` on, in order. Thread of the connection.
[[nodiscard]] std::vector<Sample>
find_samples(store::Database& database, std::int64_t server, base::UnixMs since, int limit);

}  // namespace drawbridge::events
