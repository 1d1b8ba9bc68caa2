// A database as schema 2 left it, with every kind of cell in the old format, brought to today's.
#include "store/aead.h"
#include "store/columns.h"
#include "store/files.h"
#include "store/legacy_keys.h"
#include "store/meta.h"
#include "store/migration_step.h"
#include "store/migrations.h"
#include "store/sealer.h"
#include "temp_folder.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include <algorithm>
#include <string>

using namespace drawbridge::store;
using drawbridge::Secret;
using drawbridge::test::TempFolder;

namespace {

constexpr std::int64_t kWhen = 1'763'690'000'000;
constexpr std::size_t kLimit = std::size_t{64} << 20;
const std::string kTag(32, 'T');
const std::string kToken(32, 'K');

struct Old {
    TempFolder folder;
    std::filesystem::path file = folder / "a.db";
    Database database{file, Database::Mode::read_write};
    MasterKey master = MasterKey::create(folder / "master.key");

    Old() {
        for (const auto& step : {schema_1(), schema_2()}) {
            database.execute(step.sql);
            if (step.then != nullptr) step.then(database, master);
        }
        database.execute("PRAGMA user_version=2;");
        fill();
    }

    Bytes cell(Column column, ByteView row, std::string_view plain) {
        const auto key = legacy_key(database, master, kLegacyDataKey);
        REQUIRE(key.has_value());
        Bytes out(plain.size() + kAeadOverhead);
        aead_encrypt(key->bytes(), AssociatedData(column, row).view(), as_bytes(plain), out);
        return out;
    }

    TagIndex index(std::string_view tag) {
        const auto key = legacy_key(database, master, kLegacyIndexKey);
        REQUIRE(key.has_value());
        TagIndex out{};
        const auto bytes = as_bytes(tag);
        crypto_generichash(
            out.data(),
            out.size(),
            bytes.data(),
            bytes.size(),
            key->bytes().data(),
            32
        );
        return out;
    }

    void fill();
};

void bind_cell(Database& database, const char* sql, ByteView key, ByteView cell) {
    database.query(sql).bind(key).bind(cell).run();
}

void Old::fill() {
    database.execute(
        "INSERT INTO owners VALUES(1, 'own_a', 'Clear Owner Name', 5);"
        "INSERT INTO servers(id, public_id, name, owner_id, mode, created_at, players)"
        " VALUES(1, 'srv_a', 'Clear Server Name', 1, 2, 5, 17);"
        "INSERT INTO admins VALUES(1, 'clear-admin-name', x'01', 5, NULL);"
        "INSERT INTO profiles VALUES(9, 5, 6, 7);"
        "INSERT INTO audit VALUES(1, 5, 'clear-admin-name', 'server.add', 'srv_a', NULL);"
    );
    write_meta(database, meta::kTagKey, cell(Column::tag_key, as_bytes(meta::kTagKey), "tag key"));
    bind_cell(
        database,
        "INSERT INTO server_keys VALUES(1, 1, 1, 1, ?2, 5, 0, NULL, 12, NULL, ?1)",
        {},
        cell(Column::server_secret, as_bytes("srv_a:1"), "the secret")
    );
    const auto known = index(kTag);
    const auto token = index(kToken);
    bind_cell(
        database,
        "INSERT INTO tags VALUES(?, 1, 9, ?, 5, 6)",
        known,
        cell(Column::tag_value, known, kTag)
    );
    database.query("INSERT INTO claims VALUES(?, 1, 9, 5)").bind(ByteView(known)).run();
    const auto event = as_bytes("event id 16 byte");
    for (const std::int64_t type : {1, 7, 11}) {
        database.query("INSERT INTO events VALUES(NULL, ?, 1, ?, ?, ?, 9, 1, ?)")
            .bind(event)
            .bind(type)
            .bind(kWhen)
            .bind(kWhen)
            .bind(ByteView(cell(Column::event_payload, event, "payload")))
            .run();
    }
    bind_cell(
        database,
        "INSERT INTO event_ids VALUES(?, 1, ?)",
        event,
        cell(Column::event_result, event, "result")
    );
    bind_cell(database, "INSERT INTO sessions VALUES(?, 1, 9, 5, NULL, ?)", event, known);
    const auto number = row_id(77);
    database
        .query(
            "INSERT INTO bans VALUES(77, 4, 1, ?, ?, 1, 1, 9, 3, NULL, 0, 5, NULL, NULL, 6, "
            "'clear-admin-name', ?)"
        )
        .bind(ByteView(cell(Column::ban_reason, number, "reason")))
        .bind(ByteView(cell(Column::ban_issuer, number, "issuer")))
        .bind(ByteView(cell(Column::ban_decision, number, "note")))
        .run();
    bind_cell(
        database,
        "INSERT INTO ban_tags VALUES(77, ?, 1, ?)",
        known,
        cell(Column::tag_value, known, kTag)
    );
    bind_cell(
        database,
        "INSERT INTO ban_tags VALUES(77, ?, 9, ?)",
        token,
        cell(Column::tag_value, token, kToken)
    );
}

struct Now {
    Old& old;
    const Sealer sealer{old.database, old.master};

    /// The text of a cell that a statement answers.
    std::string text(const char* sql, Column column, ByteView row) {
        auto query = old.database.query(sql);
        REQUIRE_MESSAGE(query.step(), sql);
        const auto plain = sealer.open(column, row, query.blob_view(0));
        REQUIRE_MESSAGE(plain.has_value(), sql);
        return {plain->begin(), plain->end()};
    }

    std::int64_t number(const char* sql, ByteView key) {
        auto query = old.database.query(sql);
        REQUIRE_MESSAGE(query.bind(key).step(), sql);
        return query.integer(0);
    }
};

}  // namespace

TEST_CASE("every value of schema 2 is found again") {
    Old old;
    migrate(old.database, old.master);
    CHECK(schema_of(old.database) == newest_schema());
    CHECK(quick_check(old.database).empty());
    Now now{old};
    const auto& sealer = now.sealer;

    CHECK(
        now.text(
            "SELECT value FROM meta WHERE key = 'tag_key'",
            Column::tag_key,
            as_bytes(meta::kTagKey)
        ) == "tag key"
    );
    CHECK(
        now.text("SELECT secret FROM server_keys", Column::server_secret, as_bytes("srv_a:1")) ==
        "the secret"
    );
    CHECK(
        now.text("SELECT name FROM owners", Column::owner_name, as_bytes("own_a")) ==
        "Clear Owner Name"
    );
    CHECK(
        now.text(
            "SELECT name FROM servers WHERE players = 17",
            Column::server_name,
            as_bytes("srv_a")
        ) == "Clear Server Name"
    );
    CHECK(now.text("SELECT name FROM admins", Column::admin_name, row_id(1)) == "clear-admin-name");
    const auto name = sealer.indexes(Column::server_name, as_bytes("Clear Server Name")).now;
    CHECK(now.number("SELECT id FROM servers WHERE name_idx = ?", name) == 1);

    const auto tag = now.number(
        "SELECT id FROM tags WHERE idx = ? AND profile_id = 9",
        sealer.indexes(as_bytes(kTag)).now
    );
    const auto token = now.number(
        "SELECT id FROM tags WHERE idx = ? AND profile_id IS NULL",
        sealer.indexes(as_bytes(kToken)).now
    );
    CHECK(now.text("SELECT value FROM tags ORDER BY id", Column::tag_value, row_id(tag)) == kTag);
    CHECK(
        now.text("SELECT value FROM tags ORDER BY id DESC", Column::tag_value, row_id(token)) ==
        kToken
    );
    CHECK(
        now.number("SELECT tag_id FROM claims WHERE profile_id = 9 AND ?1 IS NOT NULL", name) == tag
    );
    CHECK(now.number("SELECT sum(tag_id) FROM ban_tags WHERE ?1 IS NOT NULL", name) == tag + token);

    const auto ban = row_id(77);
    CHECK(now.text("SELECT reason FROM bans", Column::ban_reason, ban) == "reason");
    CHECK(now.text("SELECT issuer FROM bans", Column::ban_issuer, ban) == "issuer");
    CHECK(
        now.text("SELECT decided_by FROM bans", Column::ban_decided_by, ban) == "clear-admin-name"
    );
    CHECK(now.text("SELECT decision_note FROM bans", Column::ban_decision, ban) == "note");
    const auto event = as_bytes("event id 16 byte");
    CHECK(now.text("SELECT result FROM event_ids", Column::event_result, event) == "result");
    auto events = old.database.query("SELECT payload FROM events ORDER BY seq");
    const auto keys = sealer.keys();
    for (const auto purpose : {KeyPurpose::event, KeyPurpose::telemetry, KeyPurpose::error}) {
        REQUIRE(events.step());
        const auto* key = keys->find(key_of(events.blob_view(0)).value());
        REQUIRE(key != nullptr);
        CHECK(key->purpose == purpose);
        CHECK(key->week == week_of(kWhen));
        CHECK(sealer.open(Column::event_payload, event, events.blob_view(0)).has_value());
    }
}

TEST_CASE("nothing that stood in clear is left in the file, and no old key") {
    Old old;
    const auto wrapped = read_meta(old.database, kLegacyDataKey.meta_key);
    REQUIRE(wrapped.has_value());
    migrate(old.database, old.master);
    for (const auto* suffix : {"", "-wal"}) {
        const auto content = read_file(old.file.string() + suffix, kLimit);
        for (const auto* clear : {"Clear Owner", "Clear Server", "clear-admin"}) {
            CHECK_MESSAGE(std::ranges::search(content, as_bytes(clear)).empty(), clear);
        }
        CHECK(std::ranges::search(content, *wrapped).empty());
    }
}

TEST_CASE("a start that was interrupted before the file was written anew does it then") {
    Old old;
    migrate(old.database, old.master);
    old.database.execute(
        "CREATE TABLE left_over (x TEXT) STRICT;"
        "INSERT INTO left_over VALUES('Clear Left Over');"
        "PRAGMA secure_delete=OFF;"
        "DROP TABLE left_over;"
    );
    write_meta(old.database, meta::kVacuumDue, {});
    migrate(old.database, old.master);
    const auto content = read_file(old.file, kLimit);
    CHECK(std::ranges::search(content, as_bytes("Clear Left Over")).empty());
    CHECK_FALSE(read_meta(old.database, meta::kVacuumDue).has_value());
}

TEST_CASE("a cell that was altered before stays unreadable and stops nothing") {
    Old old;
    old.database.execute("UPDATE bans SET reason = zeroblob(length(reason));");
    migrate(old.database, old.master);
    const Sealer sealer(old.database, old.master);
    auto query = old.database.query("SELECT reason FROM bans");
    REQUIRE(query.step());
    CHECK_FALSE(sealer.open(Column::ban_reason, row_id(77), query.blob_view(0)).has_value());
}
