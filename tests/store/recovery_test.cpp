#include "store/recovery.h"

#include "temp_folder.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using drawbridge::store::Damaged;
using drawbridge::store::Database;
using drawbridge::store::WritingConnection;
using drawbridge::test::TempFolder;

namespace {

std::unique_ptr<Database> make_database(const TempFolder& folder) {
    auto database = std::make_unique<Database>(folder / "a.db", Database::Mode::read_write);
    database->execute(
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;"
        "CREATE TABLE t (x INTEGER) STRICT; CREATE INDEX t_x ON t (x);"
    );
    return database;
}

void commit_one(WritingConnection& connection) {
    connection.begin();
    connection.database().query("INSERT INTO t VALUES (1)").run();
    connection.commit();
}

std::int64_t count_rows(Database& database) {
    auto query = database.query("SELECT count(*) FROM t");
    REQUIRE(query.step());
    return query.integer(0);
}

}  // namespace

TEST_CASE("a transaction with an effect counts, also over a reopening") {
    const TempFolder folder;
    {
        WritingConnection connection(make_database(folder));
        CHECK(connection.commits() == 0);
        commit_one(connection);
        commit_one(connection);
        connection.begin();
        (void)count_rows(connection.database());
        connection.commit();  // read only: nothing is written for it
        CHECK(connection.commits() == 2);
    }
    const WritingConnection again(
        std::make_unique<Database>(folder / "a.db", Database::Mode::read_write)
    );
    CHECK(again.commits() == 2);
}

TEST_CASE("recovery keeps what was committed and drops what was not") {
    const TempFolder folder;
    WritingConnection connection(make_database(folder));
    commit_one(connection);
    connection.begin();
    connection.database().query("INSERT INTO t VALUES (2)").run();  // left open, as by an error
    connection.recover(false);
    CHECK(count_rows(connection.database()) == 1);
    commit_one(connection);
    CHECK(count_rows(connection.database()) == 2);
}

TEST_CASE("a database that lost a committed transaction is given up") {
    const TempFolder folder;
    WritingConnection connection(make_database(folder));
    commit_one(connection);
    Database other(folder / "a.db", Database::Mode::read_write);
    commit_one(connection);
    other.execute("UPDATE meta SET value = CAST('1' AS BLOB) WHERE key = 'commits';");
    std::string said;
    try {
        connection.recover(false);
    } catch (const Damaged& error) {
        said = error.what();
    }
    CHECK(said.find("transaction 1 as its last, but 2 were committed") != std::string::npos);
    CHECK(said.find("restore a backup") != std::string::npos);
}

TEST_CASE("a malformed database is given up") {
    const TempFolder folder;
    WritingConnection connection(make_database(folder));
    commit_one(connection);
    // The index of t points to the root of another one.
    Database other(folder / "a.db", Database::Mode::read_write);
    other.execute(
        "PRAGMA writable_schema=ON; INSERT INTO t VALUES (5);"
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema "
        "WHERE name = 'sqlite_autoindex_meta_1') WHERE name = 't_x';"
    );
    CHECK_THROWS_AS(connection.recover(true), Damaged);
}
