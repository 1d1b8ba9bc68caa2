#include "store/reseal.h"

#include "store/aead.h"
#include "store/legacy_keys.h"
#include "store/meta.h"
#include "store/ring_keys.h"

#include <set>
#include <stdexcept>
#include <utility>

namespace drawbridge::store {
namespace {

Secret require_legacy(Database& database, const MasterKey& master, LegacyKeyName name) {
    const auto key = legacy_key(database, master, name);
    if (!key) throw std::runtime_error("the database's keys are damaged: restore a backup");
    return *key;
}

/// The ring with all keys that the rows there are will need.
void make_ring(Database& database, const MasterKey& master, base::UnixMs now) {
    KeyringTable(database).create();
    make_key(database, {master}, KeyPurpose::base, 0);
    // The index key stays the same, and with it every blind index.
    add_key(
        database,
        {master},
        KeyPurpose::index,
        0,
        require_legacy(database, master, kLegacyIndexKey)
    );
    make_key(database, {master}, KeyPurpose::audit, 0);
    std::set<std::pair<KeyPurpose, std::uint32_t>> dated;
    {
        auto query = database.query("SELECT DISTINCT type, received_at / 604800000 FROM events");
        while (query.step()) {
            dated.emplace(legacy_purpose(query.integer(0)), week_of(query.integer(1) * kWeekMs));
        }
    }
    {
        auto query = database.query("SELECT 1 FROM event_ids WHERE result <> x'' LIMIT 1");
        if (query.step()) dated.emplace(KeyPurpose::event, week_of(now));
    }
    for (const auto& [purpose, week] : dated) {
        make_key(database, {master}, purpose, week);
    }
}

}  // namespace

KeyPurpose legacy_purpose(std::int64_t type) {
    if (type == 7 || type == 8) return KeyPurpose::telemetry;
    return type == 11 ? KeyPurpose::error : KeyPurpose::event;
}

Reseal::Reseal(Database& database, const MasterKey& master, base::UnixMs now)
    : database_(database),
      old_key_(require_legacy(database, master, kLegacyDataKey)),
      sealer_(database, master),
      now_(now) {}

std::optional<Bytes> Reseal::open(Column column, ByteView row, ByteView cell) const {
    if (cell.size() < kAeadOverhead) return std::nullopt;
    Bytes plain(cell.size() - kAeadOverhead);
    const AssociatedData associated(column, row);
    if (!aead_decrypt(old_key_.bytes(), associated.view(), cell, plain)) return std::nullopt;
    return plain;
}

Bytes Reseal::move(Column column, ByteView old_row, ByteView new_row, ByteView cell) const {
    const auto plain = open(column, old_row, cell);
    return plain ? sealer_.seal(column, new_row, *plain) : Bytes(cell.begin(), cell.end());
}

Bytes Reseal::reseal(Column column, ByteView row, ByteView cell) const {
    return move(column, row, row, cell);
}

void Reseal::tag_key() {
    const auto cell = read_meta(database_, meta::kTagKey);
    if (!cell) return;  // a database that init has not filled yet
    write_meta(database_, meta::kTagKey, reseal(Column::tag_key, as_bytes(meta::kTagKey), *cell));
}

std::vector<Reseal::Named> Reseal::all_names(const char* sql) {
    auto query = database_.query(sql);
    std::vector<Named> rows;
    while (query.step()) {
        rows.push_back({query.integer(0), query.blob(1), query.text(2)});
    }
    return rows;
}

void Reseal::seal_name(const char* sql, Column column, const Named& row) {
    const auto cell = sealer_.seal(column, row.row, as_bytes(row.name));
    const auto index = sealer_.indexes(column, as_bytes(row.name)).now;
    database_.query(sql).bind(ByteView(cell)).bind(ByteView(index)).bind(row.id).run();
}

void Reseal::names() {
    for (const auto& row : all_names("SELECT id, public_id, name FROM owners")) {
        seal_name(
            "INSERT INTO owners_3(id, public_id, name, name_idx, created_at) "
            "SELECT id, public_id, ?1, ?2, created_at FROM owners WHERE id = ?3",
            Column::owner_name,
            row
        );
    }
    for (const auto& row : all_names("SELECT id, public_id, name FROM servers")) {
        seal_name(
            "INSERT INTO servers_3 SELECT id, public_id, ?1, ?2, owner_id, mode, suspended, "
            "created_at, last_seen_at, join_code, build, platform, resource_version, max_players, "
            "players, network_cursor, owner_cursor, outbox, horizon FROM servers WHERE id = ?3",
            Column::server_name,
            row
        );
    }
    for (auto& row : all_names("SELECT id, x'', name FROM admins")) {
        const auto id = row_id(row.id);
        row.row.assign(id.begin(), id.end());
        seal_name(
            "INSERT INTO admins_3 SELECT id, ?1, ?2, token_hash, created_at, revoked_at "
            "FROM admins WHERE id = ?3",
            Column::admin_name,
            row
        );
    }
}

void Reseal::server_secrets() {
    struct Row {
        std::int64_t server;
        std::int64_t generation;
        std::string key_id;
        Bytes cell;
    };

    std::vector<Row> rows;
    {
        auto query = database_.query(
            "SELECT k.server_id, k.generation, CASE k.generation WHEN 0 THEN 'enrol:' || "
            "s.public_id ELSE s.public_id || ':' || k.generation END, k.secret "
            "FROM server_keys k JOIN servers s ON s.id = k.server_id WHERE k.secret <> x''"
        );
        while (query.step()) {
            rows.push_back({query.integer(0), query.integer(1), query.text(2), query.blob(3)});
        }
    }
    for (const auto& row : rows) {
        database_.query("UPDATE server_keys SET secret = ? WHERE server_id = ? AND generation = ?")
            .bind(ByteView(reseal(Column::server_secret, as_bytes(row.key_id), row.cell)))
            .bind(row.server)
            .bind(row.generation)
            .run();
    }
}

// Their tags stood as blind indexes, from which no tag can be made again: `explain` knows nobody of
// a session that began before.
void Reseal::sessions() {
    database_.query("UPDATE sessions SET tags = x''").run();
}

void reseal_schema_2(Database& database, const MasterKey& master) {
    const auto now = base::unix_ms();
    make_ring(database, master, now);
    Reseal reseal(database, master, now);
    reseal.tag_key();
    reseal.names();
    reseal.server_secrets();
    reseal.sessions();
    reseal.tags();
    reseal.ban_tags();
    reseal.bans();
    reseal.events();
    reseal.event_results();
}

}  // namespace drawbridge::store
