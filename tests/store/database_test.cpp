#include "store/database.h"

#include "temp_folder.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <sys/stat.h>

using drawbridge::store::Bytes;
using drawbridge::store::ByteView;
using drawbridge::store::Database;
using drawbridge::store::Fault;
using drawbridge::store::StoreError;
using drawbridge::test::TempFolder;

namespace {

std::int64_t number(Database& database, const char* sql) {
    auto query = database.query(sql);
    REQUIRE(query.step());
    return query.integer(0);
}

std::string read_all(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("a connection is durable: WAL, synchronous FULL, foreign keys") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    auto journal = database.query("PRAGMA journal_mode");
    REQUIRE(journal.step());
    CHECK(journal.text(0) == "wal");
    CHECK(number(database, "PRAGMA synchronous") == 2);
    CHECK(number(database, "PRAGMA foreign_keys") == 1);
    CHECK(number(database, "PRAGMA busy_timeout") == 5000);
    CHECK(number(database, "PRAGMA wal_autocheckpoint") == 0);  // the writer does it
    CHECK(number(database, "PRAGMA cache_size") == -65536);
}

TEST_CASE("the database and its companions are readable by their owner alone") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    database.execute("CREATE TABLE t (x INTEGER) STRICT;");
    for (const char* name : {"a.db", "a.db-wal", "a.db-shm"}) {
        struct stat status {};

        REQUIRE(stat((folder / name).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777U) == 0600U);
    }
}

TEST_CASE("values come back as they were bound") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    database.execute("CREATE TABLE t (i INTEGER, s TEXT, b BLOB, n INTEGER) STRICT;");
    const Bytes blob{0, 1, 255, 0};
    database.query("INSERT INTO t VALUES (?, ?, ?, ?)")
        .bind(std::numeric_limits<std::int64_t>::min())
        .bind(std::string_view("a\0ü", 4))
        .bind(ByteView(blob))
        .bind(std::optional<std::int64_t>())
        .run();
    auto row = database.query("SELECT i, s, b, n FROM t");
    REQUIRE(row.step());
    CHECK(row.integer(0) == std::numeric_limits<std::int64_t>::min());
    CHECK(row.text(1) == std::string("a\0ü", 4));
    CHECK(row.blob(2) == blob);
    CHECK(row.is_null(3));
    CHECK_FALSE(row.optional_integer(3).has_value());
    CHECK_FALSE(row.step());
}

TEST_CASE("empty texts and blobs are empty, not NULL") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    database.execute("CREATE TABLE t (s TEXT NOT NULL, b BLOB NOT NULL) STRICT;");
    auto insert = database.query("INSERT INTO t VALUES (?, ?)");
    CHECK(insert.bind(std::string_view()).bind(ByteView()).run() == 1);
    CHECK(number(database, "SELECT length(s) + length(b) FROM t") == 0);
}

TEST_CASE("a statement runs again with new values, and is in use once at a time") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    database.execute("CREATE TABLE t (x INTEGER) STRICT;");
    const char* sql = "INSERT INTO t VALUES (?)";
    {
        auto insert = database.query(sql);
        for (std::int64_t i = 1; i <= 3; ++i) {
            insert.bind(i).run();
        }
        CHECK_THROWS_AS((void)database.query(sql), StoreError);
    }
    CHECK(database.query(sql).bind(std::int64_t{4}).run() == 1);
    CHECK(number(database, "SELECT sum(x) FROM t") == 10);
}

TEST_CASE("errors name the cause and tell whether there was no room") {
    const TempFolder folder;
    Database database(folder / "a.db", Database::Mode::read_write);
    database.execute("CREATE TABLE t (x INTEGER UNIQUE) STRICT; INSERT INTO t VALUES (1);");
    try {
        database.query("INSERT INTO t VALUES (1)").run();
        FAIL("a second row was taken");
    } catch (const StoreError& error) {
        CHECK(error.fault == Fault::statement);
        CHECK(std::string(error.what()).find("UNIQUE") != std::string::npos);
    }
    database.execute("PRAGMA max_page_count=1;");
    try {
        database.execute("CREATE TABLE u (x BLOB); INSERT INTO u VALUES (zeroblob(1000000));");
        FAIL("a full database took a row");
    } catch (const StoreError& error) {
        CHECK(error.fault == Fault::unavailable);
    }
}

TEST_CASE("a read-only connection sees commits and writes nothing") {
    const TempFolder folder;
    Database writer(folder / "a.db", Database::Mode::read_write);
    writer.execute("CREATE TABLE t (x INTEGER) STRICT; INSERT INTO t VALUES (7);");
    Database reader(folder / "a.db", Database::Mode::read_only);
    CHECK(number(reader, "SELECT x FROM t") == 7);
    CHECK_THROWS_AS(reader.execute("INSERT INTO t VALUES (8);"), StoreError);
    writer.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (9);");
    CHECK(number(reader, "SELECT count(*) FROM t") == 1);
    writer.execute("COMMIT;");
    CHECK(number(reader, "SELECT count(*) FROM t") == 2);
}

TEST_CASE("a stranger's file is refused and left as it is") {
    const TempFolder folder;
    const auto file = folder / "other.db";
    SUBCASE("no database at all") {
        std::ofstream(file) << std::string(5000, 'x');
    }
    SUBCASE("another program's database") {
        // A database of ours, made another's by its application_id.
        Database database(file, Database::Mode::read_write);
        database.execute("CREATE TABLE t (x); PRAGMA journal_mode=DELETE;");
        database.execute("PRAGMA application_id=12345;");
    }
    const std::string before = read_all(file);
    for (const auto mode : {Database::Mode::read_write, Database::Mode::read_only}) {
        try {
            Database database(file, mode);
            FAIL("opened");
        } catch (const StoreError& error) {
            CHECK(std::string(error.what()).find("not a Drawbridge database") != std::string::npos);
        }
    }
    CHECK(read_all(file) == before);
}

TEST_CASE("a missing file is not made by a reader") {
    const TempFolder folder;
    CHECK_THROWS_AS(Database(folder / "none.db", Database::Mode::read_only), StoreError);
    CHECK_FALSE(std::filesystem::exists(folder / "none.db"));
}
