#include "store/migrations.h"

#include "store/audit_query.h"
#include "store/audit_verify.h"
#include "store/migration_step.h"
#include "store/sealer.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <tuple>

using drawbridge::store::Database;
using drawbridge::store::MasterKey;
using drawbridge::store::migrate;
using drawbridge::store::newest_schema;
using drawbridge::store::schema_of;
using drawbridge::store::StoreError;
using drawbridge::test::TempFolder;

namespace {

struct Unmigrated {
    TempFolder folder;
    Database database{folder / "a.db", Database::Mode::read_write};
    MasterKey master = MasterKey::create(folder / "master.key");
};

/// But for the number of the schema.
void bring_to_schema_14(Unmigrated& file) {
    using namespace drawbridge::store;
    auto& database = file.database;
    const std::array before{
        &schema_1,
        &schema_2,
        &schema_3,
        &schema_4,
        &schema_5,
        &schema_6,
        &schema_7,
        &schema_8,
        &schema_9,
        &schema_10,
        &schema_11,
        &schema_12,
        &schema_13,
        &schema_14};
    database.execute("PRAGMA foreign_keys=OFF;");  // as a migration does
    for (const auto& step : before) {
        database.execute(step().sql);
        if (step().then != nullptr) step().then(database, file.master);
    }
}

}  // namespace

TEST_CASE("a new database gets every table, all of them STRICT") {
    Unmigrated file;
    auto& database = file.database;
    migrate(database, file.master);
    CHECK(schema_of(database) == newest_schema());
    std::set<std::string> names;
    auto tables =
        database.query("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'");
    while (tables.step()) {
        const auto name = tables.text(0);
        if (name.starts_with("sqlite_")) continue;
        CHECK_MESSAGE(tables.integer(1) == 1, name);
        names.insert(name);
    }
    CHECK(
        names ==
        std::set<std::string>{
            "admins",        "audit",
            "ban_tags",      "bans",
            "budget",        "claims",
            "event_ids",     "events",
            "lists",         "keyring",
            "list_changes",  "list_entries",
            "names",         "meta",
            "reencryption",  "owners",
            "profiles",      "removals",
            "removal_steps", "purges",
            "breaches",      "requests",
            "samples",       "server_keys",
            "servers",       "sessions",
            "tags",          "ban_changes",
            "cases",         "case_statements",
            "sightings",     "links",
            "appeals",       "appeal_messages",
            "ban_evidence",  "rulings",
            "ruled_pairs",   "ruled_tags",
        }
    );
}

TEST_CASE("migrating again changes nothing") {
    Unmigrated file;
    auto& database = file.database;
    migrate(database, file.master);
    database.execute(
        "INSERT INTO owners (id, public_id, name, name_idx, created_at)"
        " VALUES (1, 'own_a', x'01', x'02', 5);"
    );
    migrate(database, file.master);
    auto owners = database.query("SELECT count(*) FROM owners");
    REQUIRE(owners.step());
    CHECK(owners.integer(0) == 1);
}

TEST_CASE("the schema holds its rules") {
    Unmigrated file;
    auto& database = file.database;
    migrate(database, file.master);
    SUBCASE("a server needs its owner") {
        CHECK_THROWS_AS(
            database.execute(
                "INSERT INTO servers (public_id, name, name_idx, owner_id, mode, created_at)"
                " VALUES ('srv_a', x'01', x'02', 99, 2, 5);"
            ),
            StoreError
        );
    }
    SUBCASE("a text is no number") {
        CHECK_THROWS_AS(
            database.execute("INSERT INTO profiles (first_seen, last_seen)"
                             " VALUES ('yesterday', 2);"),
            StoreError
        );
    }
    SUBCASE("an event id is stored once for a server") {
        database.execute("INSERT INTO event_ids (id, server_id) VALUES (x'01', 1), (x'01', 2);");
        CHECK_THROWS_AS(
            database.execute("INSERT INTO event_ids (id, server_id) VALUES (x'01', 1);"),
            StoreError
        );
    }
}

TEST_CASE("a database of a newer program is refused and kept") {
    Unmigrated file;
    auto& database = file.database;
    migrate(database, file.master);
    database.execute("PRAGMA user_version=99;");
    CHECK_THROWS_WITH_AS(
        migrate(database, file.master),
        doctest::Contains("newer"),
        std::runtime_error
    );
    CHECK(schema_of(database) == 99);
}

TEST_CASE("a step that fails leaves the schema before it") {
    Unmigrated file;
    auto& database = file.database;
    database.execute("CREATE TABLE tags (x INTEGER) STRICT;");  // in the way of step 1
    CHECK_THROWS_AS(migrate(database, file.master), StoreError);
    CHECK(schema_of(database) == 0);
    CHECK_FALSE(database.in_transaction());
    auto tables = database.query("SELECT count(*) FROM sqlite_schema WHERE name = 'owners'");
    REQUIRE(tables.step());
    CHECK(tables.integer(0) == 0);
}

TEST_CASE("an audit of schema 1 is chained in its order, and the migration is audited") {
    Unmigrated file;
    auto& database = file.database;
    const auto first = drawbridge::store::schema_1();
    database.execute(first.sql);
    first.then(database, file.master);
    database.execute(
        "PRAGMA user_version=1;"
        "INSERT INTO audit (seq, at, actor, action, target, detail) VALUES "
        "(1, 1000, 'init', 'admin.add', 'admin', '0.1.0'),"
        "(2, 2000, 'srv_abc', 'server.enrol', 'srv_abc', 'srv_abc:1'),"
        "(4, 3000, 'ann', 'ban.lift', 'ABCD-EFGH', NULL);"
    );
    migrate(database, file.master);
    const drawbridge::store::Sealer sealer(database, file.master);
    const auto [records, from, to, more] = drawbridge::store::find_audit(database, sealer, {});
    REQUIRE(records.size() == 4);
    using drawbridge::store::ActorKind;
    const auto& [init, enrol, lift, migration] =
        std::tie(records[0], records[1], records[2], records[3]);
    CHECK(init.actor_kind == ActorKind::system);
    CHECK(init.at == 1000);
    CHECK(init.texts->detail == "0.1.0");
    CHECK(enrol.actor_kind == ActorKind::server);
    CHECK(enrol.texts->actor == "srv_abc");
    CHECK(lift.seq == 3);
    CHECK(lift.actor_kind == ActorKind::admin);
    CHECK(lift.texts->target == "ABCD-EFGH");
    CHECK(lift.texts->detail.empty());
    CHECK(migration.action == "database.migrate");
    CHECK(migration.texts->detail.starts_with("schema 1 to "));
    const auto check =
        drawbridge::store::verify_audit(database, sealer, {}, std::nullopt, 1'000'000);
    CHECK_FALSE(check.broken.has_value());
    CHECK(check.verified.seq == 4);
}

TEST_CASE("changes of bans from before there were actions get the one that led there") {
    Unmigrated file;
    auto& database = file.database;
    bring_to_schema_14(file);
    database.execute(
        "PRAGMA user_version=14;"
        "INSERT INTO bans(number, state, category, reason, issuer, created_at) "
        "VALUES(7, 6, 1, x'01', x'01', 5);"
        "INSERT INTO ban_changes(id, ban_number, at, from_state, to_state, actor) VALUES "
        "(1, 7, 5, NULL, 3, 2), (2, 7, 6, 3, 4, 1), (3, 7, 6, 3, 4, 3), (4, 7, 6, 8, 4, 3),"
        "(5, 7, 6, 3, 2, 1), (6, 7, 6, 2, 5, 3), (7, 7, 6, 2, 8, 3), (8, 7, 6, 2, 9, 3),"
        "(9, 7, 6, 4, 7, 1), (10, 7, 6, 4, 10, 3), (11, 7, 7, 4, 6, 1), (12, 7, 7, 4, 6, 2),"
        "(13, 7, 7, 4, 6, 3);"
    );
    migrate(database, file.master);
    auto query = database.query("SELECT coalesce(action, 0) FROM ban_changes ORDER BY id");
    std::vector<std::int64_t> actions;
    while (query.step()) {
        actions.push_back(query.integer(0));
    }
    CHECK(actions == std::vector<std::int64_t>{0, 10, 1, 3, 9, 4, 2, 5, 11, 7, 6, 8, 6});
}

TEST_CASE("the number of a profile that rows still name is not given again") {
    Unmigrated file;
    auto& database = file.database;
    bring_to_schema_14(file);
    database.execute(
        "INSERT INTO profiles VALUES(3, 1, 2);"
        "INSERT INTO names VALUES(3, 0, 1, x'');"
        "INSERT INTO sightings VALUES(1, 1, 70, 1, 1);"
        "INSERT INTO links VALUES(3, 900, 1, 2, 40, '', 1, NULL, NULL, 1);"
        "PRAGMA user_version=14;"
    );
    migrate(database, file.master);
    auto kept = database.query("SELECT id, first_seen, last_seen FROM profiles");
    REQUIRE(kept.step());
    CHECK(kept.integer(0) == 3);
    CHECK(kept.integer(1) == 1);
    CHECK(kept.integer(2) == 2);
    database.execute("INSERT INTO profiles(first_seen, last_seen) VALUES(1, 1);");
    CHECK(database.last_insert_rowid() == 901);
    CHECK_THROWS_AS(database.execute("DELETE FROM profiles WHERE id = 3;"), StoreError);
}

TEST_CASE("appeals keep their number and what was said, and the next gets the one after") {
    using namespace drawbridge::store;
    Unmigrated file;
    auto& database = file.database;
    bring_to_schema_14(file);
    database.execute(schema_15().sql);
    database.execute(schema_16().sql);
    database.execute(
        "INSERT INTO bans(number, state, category, reason, created_at) VALUES(9, 4, 1, x'', 1);"
        "INSERT INTO appeals VALUES(6, 9, 2, 1, 2, 3, x'05'), (7, 9, 1, 4, 5, NULL, NULL);"
        "INSERT INTO appeal_messages VALUES(1, 7, 4, 1, x'', x'');"
        "PRAGMA user_version=16;"
    );
    migrate(database, file.master);
    auto kept = database.query(
        "SELECT group_concat(id || ' ' || state || ' ' || opened_at || ' ' || due_at || ' ' || "
        "ifnull(decided_at, '-') || ' ' || hex(contact), ', ') FROM appeals"
    );
    REQUIRE(kept.step());
    CHECK(kept.text(0) == "6 2 1 2 3 05, 7 1 4 5 - ");
    auto messages = database.query("SELECT count(*) FROM appeal_messages WHERE appeal_id = 7");
    REQUIRE(messages.step());
    CHECK(messages.integer(0) == 1);
    database.execute("DELETE FROM bans WHERE number = 9;");  // and with it the appeals
    auto gone = database.query(
        "SELECT (SELECT count(*) FROM appeals) + (SELECT count(*) FROM appeal_messages), seq "
        "FROM sqlite_sequence WHERE name = 'appeals'"
    );
    REQUIRE(gone.step());
    CHECK(gone.integer(0) == 0);
    CHECK(gone.integer(1) == 7);
}

TEST_CASE("a sound file passes the check") {
    Unmigrated file;
    auto& database = file.database;
    migrate(database, file.master);
    CHECK(drawbridge::store::quick_check(database).empty());
}

TEST_CASE("a database of another master key is refused and kept") {
    Unmigrated file;
    migrate(file.database, file.master);
    const auto other = MasterKey::create(file.folder / "other.key");
    CHECK_THROWS_WITH_AS(
        migrate(file.database, other),
        doctest::Contains("not the key of this database"),
        std::runtime_error
    );
}
