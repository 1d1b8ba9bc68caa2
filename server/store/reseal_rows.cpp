#include "store/reseal.h"

namespace drawbridge::store {
namespace {

constexpr std::int64_t kRowsAtOnce = 500;

}  // namespace

std::vector<Reseal::TagRow> Reseal::tags_after(ByteView idx) {
    auto query = database_.query("SELECT idx, value FROM tags WHERE idx > ? ORDER BY idx LIMIT ?");
    query.bind(idx).bind(kRowsAtOnce);
    std::vector<TagRow> rows;
    while (query.step()) {
        rows.push_back({query.blob(0), query.blob(1)});
    }
    return rows;
}

void Reseal::tags() {
    std::int64_t id = 0;
    for (auto rows = tags_after({}); !rows.empty(); rows = tags_after(rows.back().idx)) {
        for (const auto& row : rows) {
            ++id;
            database_
                .query(
                    "INSERT INTO tags_3(id, idx, type, profile_id, value, first_seen, last_seen) "
                    "SELECT ?1, idx, type, profile_id, ?2, first_seen, last_seen FROM tags "
                    "WHERE idx = ?3"
                )
                .bind(id)
                .bind(ByteView(move(Column::tag_value, row.idx, row_id(id), row.cell)))
                .bind(ByteView(row.idx))
                .run();
        }
    }
    database_
        .query(
            "INSERT INTO claims_3 SELECT t.id, c.owner_id, c.profile_id, c.first_seen "
            "FROM claims c JOIN tags_3 t ON t.idx = c.idx"
        )
        .run();
}

// Tokens, and accounts that no server has seen, are known from bans alone.
void Reseal::ban_tags() {
    struct Row {
        Bytes idx;
        std::int64_t type;
        Bytes cell;
        std::int64_t created_at;
    };

    std::vector<Row> rows;
    {
        auto query = database_.query(
            "SELECT t.idx, t.type, t.value, min(b.created_at) FROM ban_tags t "
            "JOIN bans b ON b.number = t.ban_number "
            "WHERE t.idx NOT IN (SELECT idx FROM tags_3) GROUP BY t.idx"
        );
        while (query.step()) {
            rows.push_back({query.blob(0), query.integer(1), query.blob(2), query.integer(3)});
        }
    }
    for (const auto& row : rows) {
        std::int64_t id = 0;
        {
            auto query = database_.query("SELECT coalesce(max(id), 0) + 1 FROM tags_3");
            if (query.step()) id = query.integer(0);
        }
        database_
            .query(
                "INSERT INTO tags_3(id, idx, type, value, first_seen, last_seen) "
                "VALUES(?1, ?2, ?3, ?4, ?5, ?5)"
            )
            .bind(id)
            .bind(ByteView(row.idx))
            .bind(row.type)
            .bind(ByteView(move(Column::tag_value, row.idx, row_id(id), row.cell)))
            .bind(row.created_at)
            .run();
    }
    database_
        .query(
            "INSERT INTO ban_tags_3 SELECT b.ban_number, t.id FROM ban_tags b "
            "JOIN tags_3 t ON t.idx = b.idx"
        )
        .run();
}

void Reseal::bans() {
    struct Row {
        std::int64_t number;
        Bytes reason;
        std::optional<Bytes> issuer;
        std::optional<std::string> decided_by;
        std::optional<Bytes> note;
    };

    const auto optional_blob = [](const Query& query, int column) {
        return query.is_null(column) ? std::nullopt : std::optional(query.blob(column));
    };
    std::vector<Row> rows;
    {
        auto query =
            database_.query("SELECT number, reason, issuer, decided_by, decision_note FROM bans");
        while (query.step()) {
            rows.push_back(
                {query.integer(0),
                 query.blob(1),
                 optional_blob(query, 2),
                 query.is_null(3) ? std::nullopt : std::optional(query.text(3)),
                 optional_blob(query, 4)}
            );
        }
    }
    for (const auto& row : rows) {
        const auto id = row_id(row.number);
        std::optional<Bytes> issuer;
        if (row.issuer) issuer = reseal(Column::ban_issuer, id, *row.issuer);
        std::optional<Bytes> by;
        if (row.decided_by) {
            by = sealer_.seal(Column::ban_decided_by, id, as_bytes(*row.decided_by));
        }
        std::optional<Bytes> note;
        if (row.note) note = reseal(Column::ban_decision, id, *row.note);
        database_
            .query(
                "INSERT INTO bans_3 SELECT number, state, category, ?1, ?2, server_id, owner_id, "
                "profile_id, mode, event_id, adopted, created_at, grace_until, expires_at, "
                "decided_at, ?3, ?4 FROM bans WHERE number = ?5"
            )
            .bind(ByteView(reseal(Column::ban_reason, id, row.reason)))
            .bind(issuer)
            .bind(by)
            .bind(note)
            .bind(row.number)
            .run();
    }
}

std::vector<Reseal::EventRow> Reseal::events_after(std::int64_t seq) {
    auto query = database_.query(
        "SELECT seq, id, type, received_at, payload FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
    );
    query.bind(seq).bind(kRowsAtOnce);
    std::vector<EventRow> rows;
    while (query.step()) {
        rows.push_back(
            {query.integer(0), query.blob(1), query.integer(2), query.integer(3), query.blob(4)}
        );
    }
    return rows;
}

void Reseal::events() {
    for (auto rows = events_after(0); !rows.empty(); rows = events_after(rows.back().seq)) {
        for (const auto& row : rows) {
            const auto plain = open(Column::event_payload, row.id, row.cell);
            if (!plain) continue;
            const auto cell = sealer_.seal_dated(
                legacy_purpose(row.type),
                row.received_at,
                Column::event_payload,
                row.id,
                *plain
            );
            database_.query("UPDATE events SET payload = ? WHERE seq = ?")
                .bind(ByteView(cell))
                .bind(row.seq)
                .run();
        }
    }
}

void Reseal::event_results() {
    struct Row {
        Bytes id;
        std::int64_t server;
        Bytes cell;
    };

    std::vector<Row> rows;  // few: a plain allow has no cell, and ids are kept for three days
    {
        auto query =
            database_.query("SELECT id, server_id, result FROM event_ids WHERE result <> x''");
        while (query.step()) {
            rows.push_back({query.blob(0), query.integer(1), query.blob(2)});
        }
    }
    for (const auto& row : rows) {
        const auto plain = open(Column::event_result, row.id, row.cell);
        if (!plain) continue;
        const auto cell =
            sealer_.seal_dated(KeyPurpose::event, now_, Column::event_result, row.id, *plain);
        database_.query("UPDATE event_ids SET result = ? WHERE id = ? AND server_id = ?")
            .bind(ByteView(cell))
            .bind(ByteView(row.id))
            .bind(row.server)
            .run();
    }
}

}  // namespace drawbridge::store
