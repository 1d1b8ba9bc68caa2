#include "events/samples.h"

#include <algorithm>

namespace drawbridge::events {

void Reports::add(std::int64_t players) {
    ++count;
    total += players;
    peak = std::max(peak, players);
    last = players;
}

void add_samples(
    store::Database& database,
    std::int64_t server,
    base::UnixMs received_at,
    const Reports& reports
) {
    database
        .query(
            "INSERT INTO samples(server_id, hour, count, total, peak) VALUES(?,?,?,?,?) "
            "ON CONFLICT(server_id, hour) DO UPDATE SET count = count + excluded.count, "
            "total = total + excluded.total, peak = max(peak, excluded.peak)"
        )
        .bind(server)
        .bind(received_at / base::kHourMs)
        .bind(reports.count)
        .bind(reports.total)
        .bind(reports.peak)
        .run();
}

std::vector<Sample>
find_samples(store::Database& database, std::int64_t server, base::UnixMs since, int limit) {
    auto query = database.query(
        "SELECT hour, count, total, peak FROM samples WHERE server_id = ? AND hour >= ? "
        "ORDER BY hour LIMIT ?"
    );
    query.bind(server).bind(since / base::kHourMs).bind(std::int64_t{limit});
    std::vector<Sample> samples;
    while (query.step()) {
        const auto count = query.integer(1);
        const auto mean = static_cast<double>(query.integer(2)) / static_cast<double>(count);
        samples.push_back({query.integer(0) * base::kHourMs, mean, query.integer(3), count});
    }
    return samples;
}

}  // namespace drawbridge::events
