#include "store/migrations.h"

#include "temp_folder.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using drawbridge::store::Database;
using drawbridge::store::migrate;
using drawbridge::store::newest_schema;
using drawbridge::store::schema_of;
using drawbridge::store::StoreError;
using drawbridge::test::TempFolder;

TEST_CASE("a new database gets every table, all of them STRICT") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    migrate(database);
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
            "admins",
            "audit",
            "ban_tags",
            "bans",
            "budget",
            "claims",
            "event_ids",
            "events",
            "lists",
            "list_changes",
            "list_entries",
            "meta",
            "owners",
            "profiles",
            "server_keys",
            "servers",
            "sessions",
            "tags",
        }
    );
}

TEST_CASE("migrating again changes nothing") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    migrate(database);
    database.execute(
        "INSERT INTO owners (id, public_id, name, created_at) VALUES (1, 'own_a', 'made up', 5);"
    );
    migrate(database);
    auto owners = database.query("SELECT count(*) FROM owners");
    REQUIRE(owners.step());
    CHECK(owners.integer(0) == 1);
}

TEST_CASE("the schema holds its rules") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    migrate(database);
    SUBCASE("a server needs its owner") {
        CHECK_THROWS_AS(
            database.execute("INSERT INTO servers (public_id, name, owner_id, mode, created_at)"
                             " VALUES ('srv_a', 'one', 99, 2, 5);"),
            StoreError
        );
    }
    SUBCASE("a text is no number") {
        CHECK_THROWS_AS(
            database.execute("INSERT INTO profiles (first_seen, last_seen, joins)"
                             " VALUES ('yesterday', 2, 3);"),
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
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    migrate(database);
    database.execute("PRAGMA user_version=99;");
    CHECK_THROWS_WITH_AS(migrate(database), doctest::Contains("newer"), std::runtime_error);
    CHECK(schema_of(database) == 99);
}

TEST_CASE("a step that fails leaves the schema before it") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    database.execute("CREATE TABLE tags (x INTEGER) STRICT;");  // in the way of step 1
    CHECK_THROWS_AS(migrate(database), StoreError);
    CHECK(schema_of(database) == 0);
    CHECK_FALSE(database.in_transaction());
    auto tables = database.query("SELECT count(*) FROM sqlite_schema WHERE name = 'owners'");
    REQUIRE(tables.step());
    CHECK(tables.integer(0) == 0);
}

TEST_CASE("a sound file passes the check") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    migrate(database);
    CHECK(drawbridge::store::quick_check(database).empty());
}
