#include "auth/server_queries.h"

#include "auth/names.h"

#include <algorithm>

namespace drawbridge::auth {
namespace {

std::optional<std::string> optional_text(const store::Query& query, int column) {
    if (query.is_null(column)) return std::nullopt;
    return query.text(column);
}

ServerRecord read_record(const store::Query& query, const store::Sealer& sealer) {
    ServerRecord record;
    record.server.row = query.integer(0);
    record.server.id = query.text(1);
    record.server.name = open_name(
        sealer,
        store::Column::server_name,
        store::as_bytes(record.server.id),
        query.blob_view(2)
    );
    record.server.owner_row = query.integer(3);
    record.server.owner_id = query.text(4);
    record.owner_name = open_name(
        sealer,
        store::Column::owner_name,
        store::as_bytes(record.server.owner_id),
        query.blob_view(5)
    );
    record.server.mode = static_cast<PropagationMode>(query.integer(6));
    record.server.suspended = query.integer(7) != 0;
    record.created_at = query.integer(8);
    record.last_seen_at = query.optional_integer(9);
    record.join_code = optional_text(query, 10);
    record.build = query.optional_integer(11);
    record.platform = optional_text(query, 12);
    record.resource_version = optional_text(query, 13);
    record.players = query.optional_integer(14);
    record.max_players = query.optional_integer(15);
    record.network_cursor = optional_text(query, 16);
    record.owner_cursor = optional_text(query, 17);
    record.outbox = query.optional_integer(18);
    if (!query.is_null(19)) {
        record.contact = open_name(
            sealer,
            store::Column::owner_contact,
            store::as_bytes(record.server.owner_id),
            query.blob_view(19)
        );
    }
    if (!query.is_null(20)) {
        record.is_removing = true;
        const auto id = store::as_bytes(record.server.id);
        record.server.name =
            open_name(sealer, store::Column::removal_name, id, query.blob_view(20));
    }
    record.breaker_at = query.optional_integer(21);
    record.server.evidence = {query.optional_integer(22), query.optional_integer(23)};
    record.budget_day = query.optional_integer(24);
    record.budget_used = query.integer(25);
    record.persons_limited_at = query.optional_integer(26);
    return record;
}

}  // namespace

std::vector<ServerRecord> list_servers(store::Database& database, const store::Sealer& sealer) {
    auto query = database.query(
        "SELECT s.id, s.public_id, s.name, s.owner_id, o.public_id, o.name, s.mode, s.suspended, "
        "s.created_at, s.last_seen_at, s.join_code, s.build, s.platform, s.resource_version, "
        "s.players, s.max_players, s.network_cursor, s.owner_cursor, s.outbox, o.contact, r.name, "
        "s.breaker_at, s.evidence_ban, s.evidence_watch, s.budget_day, s.budget_used, "
        "s.persons_limited_at "
        "FROM servers s JOIN owners o ON o.id = s.owner_id LEFT JOIN removals r ON "
        "r.server_id = s.id AND r.finished_at IS NULL"
    );
    std::vector<ServerRecord> records;
    while (query.step()) {
        records.push_back(read_record(query, sealer));
    }
    std::ranges::sort(records, {}, [](const ServerRecord& record) -> const std::string& {
        return record.server.name;
    });
    return records;
}

std::optional<ServerRecord>
load_server_record(store::Database& database, const store::Sealer& sealer, std::int64_t server) {
    auto query = database.query(
        "SELECT s.id, s.public_id, s.name, s.owner_id, o.public_id, o.name, s.mode, s.suspended, "
        "s.created_at, s.last_seen_at, s.join_code, s.build, s.platform, s.resource_version, "
        "s.players, s.max_players, s.network_cursor, s.owner_cursor, s.outbox, o.contact, r.name, "
        "s.breaker_at, s.evidence_ban, s.evidence_watch, s.budget_day, s.budget_used, "
        "s.persons_limited_at "
        "FROM servers s JOIN owners o ON o.id = s.owner_id LEFT JOIN removals r ON "
        "r.server_id = s.id AND r.finished_at IS NULL WHERE s.id = ?"
    );
    if (!query.bind(server).step()) return std::nullopt;
    return read_record(query, sealer);
}

std::vector<KeyRecord>
working_keys(store::Database& database, std::int64_t server, base::UnixMs now) {
    auto query = database.query(
        "SELECT generation, kind, created_at, not_after, first_used_at FROM server_keys "
        "WHERE server_id = ? AND state = 1 AND (not_after = 0 OR not_after > ?) ORDER BY generation"
    );
    query.bind(server).bind(now);
    std::vector<KeyRecord> keys;
    while (query.step()) {
        keys.push_back(
            {static_cast<std::uint32_t>(query.integer(0)),
             static_cast<KeyKind>(query.integer(1)),
             query.integer(2),
             query.integer(3),
             query.optional_integer(4)}
        );
    }
    return keys;
}

std::string_view mode_name(PropagationMode mode) {
    switch (mode) {
        case PropagationMode::local: return "local";
        case PropagationMode::review: return "review";
        case PropagationMode::automatic: return "auto";
    }
    return "unknown";
}

std::optional<PropagationMode> parse_mode(std::string_view name) {
    for (const auto mode :
         {PropagationMode::local, PropagationMode::review, PropagationMode::automatic}) {
        if (mode_name(mode) == name) return mode;
    }
    return std::nullopt;
}

}  // namespace drawbridge::auth
