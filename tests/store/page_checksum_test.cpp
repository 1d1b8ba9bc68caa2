#include "store/page_checksum.h"

#include "store/database.h"
#include "store/master_key.h"
#include "store/migrations.h"
#include "store/snapshot.h"
#include "temp_folder.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cstdint>
#include <fstream>
#include <string>

using drawbridge::store::Database;
using drawbridge::store::Fault;
using drawbridge::store::Snapshot;
using drawbridge::store::StoreError;
using drawbridge::test::TempFolder;

namespace {

constexpr std::uint64_t kPage = 4096;

// A table with an index, rows within a page and rows that take several.
const char* const kRows = R"sql(
CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT NOT NULL) STRICT;
CREATE INDEX t_by_y ON t(y);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO t SELECT i, hex(randomblob(60)) FROM n;
INSERT INTO t VALUES (1000, hex(randomblob(9000)));
)sql";

std::filesystem::path make_database(const TempFolder& folder) {
    const auto file = folder / "a.db";
    Database database(file, Database::Mode::read_write);
    database.execute(kRows);
    REQUIRE(database.truncate_log());
    return file;
}

void flip(const std::filesystem::path& file, std::uint64_t at, unsigned bit = 0) {
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekg(static_cast<std::streamoff>(at));
    const auto byte = static_cast<unsigned>(stream.get());
    stream.seekp(static_cast<std::streamoff>(at));
    stream.put(static_cast<char>(byte ^ (1U << bit)));
    REQUIRE(stream.good());
}

/// What reading every page says; empty: nothing.
std::string read_every_page(const TempFolder& folder, const std::filesystem::path& file) {
    const auto copy = folder / "copy";
    std::filesystem::remove(copy);
    try {
        Snapshot(file, 1).copy_to(copy, nullptr);
        return {};
    } catch (const StoreError& error) {
        CHECK(error.fault == Fault::damaged);
        return error.what();
    }
}

std::int64_t count(Database& database) {
    auto query = database.query("SELECT count(*) FROM t");
    REQUIRE(query.step());
    return query.integer(0);
}

}  // namespace

TEST_CASE("one bit that changed on any page is found and the page is named") {
    const TempFolder folder;
    const auto file = make_database(folder);
    const auto pages = std::filesystem::file_size(file) / kPage;
    REQUIRE(pages > 10);
    CHECK(read_every_page(folder, file).empty());
    for (std::uint64_t page = 1; page <= pages; ++page) {
        // The header of the file, the middle, the last byte before the checksum, the checksum.
        for (const std::uint64_t at : {std::uint64_t{100}, kPage / 2, kPage - 9, kPage - 1}) {
            const auto bit = static_cast<unsigned>((page + at) % 8);
            flip(file, (page - 1) * kPage + at, bit);
            const auto problem = read_every_page(folder, file);
            CHECK(problem.find(fmt::format("page {} was altered", page)) != std::string::npos);
            flip(file, (page - 1) * kPage + at, bit);
        }
    }
    CHECK(read_every_page(folder, file).empty());
}

TEST_CASE("a statement that needs the altered page fails, with a fault of the file") {
    const TempFolder folder;
    const auto file = make_database(folder);
    flip(file, std::filesystem::file_size(file) - kPage + 2000);  // of the long row
    Database database(file, Database::Mode::read_only);
    auto short_row = database.query("SELECT y FROM t WHERE x = 1");
    CHECK(short_row.step());
    auto long_row = database.query("SELECT y FROM t WHERE x = 1000");
    CHECK_THROWS_WITH_AS(
        (void)long_row.step(),
        doctest::Contains("does not match its checksum"),
        StoreError
    );
}

TEST_CASE("a copy of pages that still stand in the log has its checksums") {
    const TempFolder folder;
    const auto file = folder / "a.db";
    const auto copy = folder / "copy";
    {
        Database database(file, Database::Mode::read_write);
        database.execute(kRows);
        Snapshot(file, 1).copy_to(copy, nullptr);
    }
    Database copied(copy, Database::Mode::read_only);
    CHECK(copied.has_page_checksums());
    CHECK(count(copied) == 201);
    CHECK(drawbridge::store::integrity_check(copied).empty());
}

TEST_CASE("a file from before has none, and gets them by VACUUM") {
    const TempFolder folder;
    const auto file = folder / "a.db";
    sqlite3* plain = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &plain) == SQLITE_OK);
    const auto sql = std::string("PRAGMA application_id=0x44726267;") + kRows;
    REQUIRE(sqlite3_exec(plain, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_close(plain) == SQLITE_OK);
    {
        Database database(file, Database::Mode::read_write);
        CHECK(count(database) == 201);
        CHECK_FALSE(database.has_page_checksums());
        database.execute("VACUUM;");
        REQUIRE(database.truncate_log());
        CHECK(database.has_page_checksums());
    }
    CHECK(read_every_page(folder, file).empty());
    flip(file, std::filesystem::file_size(file) - 5);
    CHECK_FALSE(read_every_page(folder, file).empty());
}

TEST_CASE("a header that denies the checksums of our database is damage") {
    const TempFolder folder;
    const auto file = folder / "a.db";
    const auto master = drawbridge::store::MasterKey::generate();
    {
        Database database(file, Database::Mode::read_write);
        drawbridge::store::migrate(database, master);
    }
    flip(file, 20);
    const auto open = [&] {
        Database database(file, Database::Mode::read_write);
        drawbridge::store::migrate(database, master);
    };
    CHECK_THROWS(open());
    flip(file, 20);
    CHECK_NOTHROW(open());
}
