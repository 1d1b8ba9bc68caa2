#include "events/samples.h"

namespace drawbridge::events {

void add_sample(
    store::Database& database,
    std::int64_t server,
    base::UnixMs received_at,
    std::int64_t players
) {
    database
        .query(
            "INSERT INTO samples(server_id, hour, count, total, peak) VALUES(?1, ?2, 1, ?3, ?3) "
            "ON CONFLICT(server_id, hour) DO UPDATE SET count = count + 1, total = total + ?3, "
            "peak = max(peak, ?3)"
        )
        .bind(server)
        .bind(received_at / base::kHourMs)
        .bind(players)
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
