#include "events/event_queries.h"

#include <algorithm>

namespace drawbridge::events {
namespace {

// Four texts instead of conditions that are always there, so that a player's events are found by
// their index and each order by the rowid.
store::Query choose(store::Database& database, const EventFilter& filter) {
    if (filter.profile && filter.after) {
        return database.query(
            "SELECT seq, id, server_id, type, at, received_at, profile_id, payload FROM events "
            "WHERE profile_id = ?6 AND seq > ?5 AND (?1 IS NULL OR server_id = ?1) "
            "AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR at >= ?3) "
            "AND (?4 IS NULL OR at < ?4) AND (?8 IS NULL OR server_id IN "
            "(SELECT id FROM servers WHERE owner_id = ?8)) ORDER BY seq LIMIT ?7"
        );
    }
    if (filter.profile) {
        return database.query(
            "SELECT seq, id, server_id, type, at, received_at, profile_id, payload FROM events "
            "WHERE profile_id = ?6 AND ?5 IS NULL AND (?1 IS NULL OR server_id = ?1) "
            "AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR at >= ?3) "
            "AND (?4 IS NULL OR at < ?4) AND (?8 IS NULL OR server_id IN "
            "(SELECT id FROM servers WHERE owner_id = ?8)) ORDER BY seq DESC LIMIT ?7"
        );
    }
    if (filter.after) {
        return database.query(
            "SELECT seq, id, server_id, type, at, received_at, profile_id, payload FROM events "
            "WHERE ?6 IS NULL AND seq > ?5 AND (?1 IS NULL OR server_id = ?1) "
            "AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR at >= ?3) "
            "AND (?4 IS NULL OR at < ?4) AND (?8 IS NULL OR server_id IN "
            "(SELECT id FROM servers WHERE owner_id = ?8)) ORDER BY seq LIMIT ?7"
        );
    }
    return database.query(
        "SELECT seq, id, server_id, type, at, received_at, profile_id, payload FROM events "
        "WHERE ?6 IS NULL AND ?5 IS NULL AND (?1 IS NULL OR server_id = ?1) "
        "AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR at >= ?3) "
        "AND (?4 IS NULL OR at < ?4) AND (?8 IS NULL OR server_id IN "
        "(SELECT id FROM servers WHERE owner_id = ?8)) ORDER BY seq DESC LIMIT ?7"
    );
}

std::optional<std::int64_t> number_of(const std::optional<EventType>& type) {
    if (!type) return std::nullopt;
    return static_cast<std::int64_t>(*type);
}

EventRecord read_record(const store::Query& query, const store::Sealer& sealer) {
    EventRecord record;
    record.seq = query.integer(0);
    const auto id = query.blob_view(1);
    std::copy_n(id.begin(), std::min(id.size(), record.id.size()), record.id.begin());
    record.server = query.integer(2);
    record.type = static_cast<EventType>(query.integer(3));
    record.at = query.integer(4);
    record.received_at = query.integer(5);
    record.profile = query.optional_integer(6);
    const auto payload = sealer.open(store::Column::event_payload, record.id, query.blob_view(7));
    if (payload) record.payload.assign(payload->begin(), payload->end());
    return record;
}

}  // namespace

std::vector<EventRecord>
find_events(store::Database& database, const store::Sealer& sealer, const EventFilter& filter) {
    auto query = choose(database, filter);
    query.bind(filter.server)
        .bind(number_of(filter.type))
        .bind(filter.since)
        .bind(filter.until)
        .bind(filter.after)
        .bind(filter.profile)
        .bind(std::int64_t{filter.limit})
        .bind(filter.owner);
    std::vector<EventRecord> records;
    while (query.step()) {
        records.push_back(read_record(query, sealer));
    }
    if (!filter.after) std::ranges::reverse(records);
    return records;
}

std::optional<EventRecord>
find_event(store::Database& database, const store::Sealer& sealer, std::int64_t seq) {
    auto query = database.query(
        "SELECT seq, id, server_id, type, at, received_at, profile_id, payload FROM events "
        "WHERE seq = ?"
    );
    if (!query.bind(seq).step()) return std::nullopt;
    return read_record(query, sealer);
}

Joins joins_of(store::Database& database, std::int64_t profile) {
    auto query = database.query(
        "SELECT count(*), max(received_at) FROM events WHERE profile_id = ? AND type = ?"
    );
    query.bind(profile).bind(static_cast<std::int64_t>(EventType::join));
    if (!query.step()) return {};
    return {query.integer(0), query.optional_integer(1)};
}

Joins joins_of(store::Database& database, std::int64_t profile, std::int64_t owner) {
    auto query = database.query(
        "SELECT count(*), max(received_at) FROM events WHERE profile_id = ? AND type = ? "
        "AND server_id IN (SELECT id FROM servers WHERE owner_id = ?)"
    );
    query.bind(profile).bind(static_cast<std::int64_t>(EventType::join)).bind(owner);
    if (!query.step()) return {};
    return {query.integer(0), query.optional_integer(1)};
}

EventTotals event_totals(store::Database& database) {
    auto query = database.query("SELECT seq, received_at FROM events ORDER BY seq DESC LIMIT 1");
    if (!query.step()) return {};
    return {query.integer(0), query.integer(1)};
}

}  // namespace drawbridge::events
