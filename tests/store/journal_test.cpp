#include "store/journal.h"

#include "base/clock.h"
#include "store/meta.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <sys/stat.h>

namespace meta = drawbridge::store::meta;
using drawbridge::store::AdminRevoked;
using drawbridge::store::append_journal;
using drawbridge::store::BanEnded;
using drawbridge::store::Database;
using drawbridge::store::Descriptor;
using drawbridge::store::EpochOpened;
using drawbridge::store::Journal;
using drawbridge::store::JournalContent;
using drawbridge::store::JournalError;
using drawbridge::store::JournalFact;
using drawbridge::store::JournalFile;
using drawbridge::store::JournalRecord;
using drawbridge::store::KeyRevoked;
using drawbridge::store::kJournalHeaderBytes;
using drawbridge::store::kJournalRecordBytes;
using drawbridge::store::MasterKey;
using drawbridge::store::PairRuled;
using drawbridge::store::ServerRemoved;
using drawbridge::store::StoreError;
using drawbridge::store::with_journal;
using drawbridge::store::Writer;
using drawbridge::test::TempFolder;

namespace {

constexpr const char* kServer = "srv_abcdefgh2345";

std::string read_all(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write_all(const std::filesystem::path& file, const std::string& content) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream << content;
}

std::string problem_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const std::exception& error) {
        return error.what();
    }
    return {};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<JournalRecord> records_from(std::uint64_t first, std::size_t count) {
    std::vector<JournalRecord> records;
    for (std::size_t i = 0; i < count; ++i) {
        const auto number = first + i;
        records.push_back({number, 1000, 7, EpochOpened{kServer, 2, 5000 + number}});
    }
    return records;
}

/// A journal with ten records, and its master key.
struct FileFixture {
    explicit FileFixture(std::uint64_t base = 0, std::size_t count = 10) {
        auto journal = JournalFile::create(file, {base, 99, {}, {1, 2, 3}}, master);
        journal.append(base, records_from(base + 1, count));
    }

    [[nodiscard]] JournalFile open() const {
        return JournalFile::open(file, master, Descriptor::Access::read_write);
    }

    TempFolder temp;
    std::filesystem::path file = temp / "drawbridge.journal";
    MasterKey master = MasterKey::generate();
};

/// A store thread with a journal around it.
struct StoreFixture {
    StoreFixture() {
        auto database = std::make_unique<Database>(db, Database::Mode::read_write);
        database->execute(
            "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;"
            "CREATE TABLE t (x INTEGER UNIQUE) STRICT;"
        );
        auto journal_file = drawbridge::store::begin_journal(*database, file, master, 1);
        journal = std::make_unique<Journal>(std::move(journal_file), 0);
        writer =
            std::make_unique<Writer>(std::move(database), 100, nullptr, with_journal({}, *journal));
    }

    void append(std::uint64_t ban) const {
        writer->run(
            [&](Database& database) {
                append_journal(database, BanEnded{ban, 6});
            },
            nullptr
        );
    }

    [[nodiscard]] JournalContent content() const {
        return JournalFile::open(file, master, Descriptor::Access::read).read();
    }

    [[nodiscard]] std::uint64_t known() const {
        Database reader(db, Database::Mode::read_only);
        return read_meta_number(reader, meta::kJournal);
    }

    TempFolder temp;
    std::filesystem::path db = temp / "a.db";
    std::filesystem::path file = temp / "drawbridge.journal";
    MasterKey master = MasterKey::generate();
    std::unique_ptr<Journal> journal;
    std::unique_ptr<Writer> writer;
};

}  // namespace

TEST_CASE("every kind of fact comes back as it was") {
    FileFixture fixture(41, 0);
    AdminRevoked admin;
    admin.token_hash.fill(0xab);
    const std::vector<JournalRecord> records{
        {42, 1'767'225'600'000, 9, KeyRevoked{kServer, 0}},
        {43, 1'767'225'600'001, 9, admin},
        {44, 1'767'225'600'002, 10, BanEnded{123'456'789'012, 6, true, 987'654'321'098}},
        {45, 1'767'225'600'003, 11, EpochOpened{kServer, 4'000'000'000, 1'767'225'600'003}},
        {46, 1'767'225'600'004, 12, ServerRemoved{kServer, true}},
        {47, 1'767'225'600'005, 13, PairRuled{7, 9'000'000'000, true}},
    };
    fixture.open().append(41, records);
    const auto content = fixture.open().read(46);
    CHECK(content.records == records);
    CHECK(!content.is_torn);
    CHECK(fixture.open().facts().base == 41);
}

TEST_CASE("the file is private and says nothing in clear") {
    const FileFixture fixture;

    struct stat status {};

    REQUIRE(stat(fixture.file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0600);
    CHECK(!contains(read_all(fixture.file), "srv_"));
}

TEST_CASE("a flipped bit anywhere is detected, and named") {
    const FileFixture fixture;
    const auto sound = read_all(fixture.file);
    for (std::size_t at = 0; at < sound.size(); at += 3) {
        // The second slot is empty, the end of the header not used.
        const bool unused = (at >= 136 && at < 208) || (at >= 248 && at < 256);
        auto altered = sound;
        altered.at(at) = static_cast<char>(altered.at(at) ^ 0x10);
        write_all(fixture.file, altered);
        const auto problem = problem_of([&] { (void)fixture.open().read(10); });
        INFO(at);
        if (unused) {
            CHECK(problem.empty());
            continue;
        }
        CHECK(contains(problem, "drawbridge.journal"));
        if (at < kJournalHeaderBytes) continue;
        const auto record = 1 + (at - kJournalHeaderBytes) / kJournalRecordBytes;
        CHECK(contains(problem, "altered in record " + std::to_string(record) + ","));
    }
}

TEST_CASE("records cannot be left out, exchanged or repeated") {
    const FileFixture fixture;
    const auto sound = read_all(fixture.file);
    const auto record = [&](std::size_t index) {
        return sound.substr(kJournalHeaderBytes + index * kJournalRecordBytes, kJournalRecordBytes);
    };
    const auto header = sound.substr(0, kJournalHeaderBytes);
    const auto reads = [&](const std::string& records) {
        write_all(fixture.file, header + records);
        return problem_of([&] { (void)fixture.open().read(); });
    };
    CHECK(reads(record(0) + record(1)).empty());
    CHECK(contains(reads(record(0) + record(2)), "altered in record 2"));
    CHECK(contains(reads(record(1) + record(0)), "altered in record 1"));
    CHECK(contains(reads(record(0) + record(0)), "altered in record 2"));
    CHECK(contains(reads(record(1)), "altered in record 1"));
}

TEST_CASE("a record that a crash cut is torn; one that is missing is named") {
    const FileFixture fixture;
    const auto sound = read_all(fixture.file);
    for (const std::size_t cut : {1, 60, 127}) {
        write_all(fixture.file, sound.substr(0, sound.size() - cut));
        const auto content = fixture.open().read(9);
        CHECK(content.is_torn);
        CHECK(content.records.size() == 9);
        CHECK(fixture.open().read().is_torn);
        const auto problem = problem_of([&] { (void)fixture.open().read(10); });
        CHECK(contains(problem, "record 10"));
    }
    write_all(fixture.file, sound + std::string(2 * kJournalRecordBytes, '\0'));
    CHECK(fixture.open().read().is_torn);
    CHECK(fixture.open().read(10).records.size() == 10);
    write_all(fixture.file, sound.substr(0, sound.size() - kJournalRecordBytes));
    const auto problem = problem_of([&] { (void)fixture.open().read(10); });
    CHECK(contains(problem, "ends with record 9, but the database knows record 10"));
    write_all(fixture.file, sound.substr(0, 200));
    CHECK(contains(problem_of([&] { (void)fixture.open(); }), "header is not whole"));
}

TEST_CASE("what was appended after a cut takes the place of what was there") {
    const FileFixture fixture;
    {
        auto journal = fixture.open();
        journal.cut_after(7);
        journal.append(7, records_from(8, 1));
    }
    CHECK(fixture.open().read(8).records.size() == 8);
}

TEST_CASE("old records are dropped, the rest stays as it was") {
    const FileFixture fixture;
    {
        auto journal = fixture.open();
        journal.drop_until(6, 10);
        journal.append(10, records_from(11, 2));
    }
    auto journal = fixture.open();
    CHECK(journal.facts().base == 6);
    const auto content = journal.read(12);
    CHECK(content.records == records_from(7, 6));
}

TEST_CASE("another master key takes over without a moment in which none opens the file") {
    const FileFixture fixture;
    const auto next = MasterKey::generate();
    const auto opens = [&](const MasterKey& master) {
        return problem_of([&] {
                   (void)JournalFile::open(fixture.file, master, Descriptor::Access::read).read(10);
               }
        ).empty();
    };
    CHECK(!opens(next));
    drawbridge::store::rewrap_journal(fixture.file, fixture.master, next);
    CHECK(opens(fixture.master));
    CHECK(opens(next));
    fixture.open().keep_only(next);
    CHECK(!opens(fixture.master));
    CHECK(opens(next));
    const auto third = MasterKey::generate();
    drawbridge::store::rewrap_journal(fixture.file, next, third);
    CHECK(opens(next));
    CHECK(opens(third));
}

TEST_CASE("a fact is in the file when its transaction is, and known to the database") {
    const StoreFixture fixture;
    fixture.append(5);
    fixture.append(6);
    const auto content = fixture.content();
    REQUIRE(content.records.size() == 2);
    CHECK(content.records.at(0).fact == JournalFact(BanEnded{5, 6}));
    CHECK(content.records.at(1).commit == content.records.at(0).commit + 1);
    CHECK(fixture.known() == 2);
}

TEST_CASE("a job that fails leaves no fact") {
    const StoreFixture fixture;
    const auto fails = [](Database& database) {
        append_journal(database, BanEnded{1, 6});
        throw std::invalid_argument("made up");
    };
    CHECK_THROWS_AS(fixture.writer->run(fails, nullptr), std::invalid_argument);
    fixture.append(2);
    const auto content = fixture.content();
    REQUIRE(content.records.size() == 1);
    CHECK(content.records.front().fact == JournalFact(BanEnded{2, 6}));
}

/// A journal without a store thread, and a database with a table `meta`.
struct BareFixture {
    BareFixture() {
        database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;");
    }

    void begin_with(std::uint64_t ban) {
        database.execute("BEGIN;");
        journal.begun();
        append_journal(database, BanEnded{ban, 6});
    }

    TempFolder temp;
    std::filesystem::path file = temp / "drawbridge.journal";
    MasterKey master = MasterKey::generate();
    Database database{temp / "a.db", Database::Mode::read_write};
    Journal journal{JournalFile::create(file, {}, master), 0};
};

TEST_CASE("what a transaction that was not committed wrote is taken back") {
    BareFixture fixture;
    fixture.begin_with(1);
    fixture.journal.ending(fixture.database);
    fixture.database.execute("ROLLBACK;");
    const auto content = [&] {
        return JournalFile::open(fixture.file, fixture.master, Descriptor::Access::read).read();
    };
    CHECK(content().records.size() == 1);  // a start after a crash here re-applies it
    fixture.begin_with(2);
    CHECK(content().records.empty());
    fixture.journal.ending(fixture.database);
    fixture.database.execute("COMMIT;");
    fixture.journal.committed();
    fixture.database.execute("BEGIN;");
    fixture.journal.begun();
    fixture.journal.ending(fixture.database);
    fixture.database.execute("COMMIT;");
    REQUIRE(content().records.size() == 1);
    CHECK(content().records.front().fact == JournalFact(BanEnded{2, 6}));
}

TEST_CASE("a journal that cannot be written refuses the transaction") {
    BareFixture fixture;
    std::filesystem::remove(fixture.file);
    fixture.begin_with(1);
    try {
        fixture.journal.ending(fixture.database);
        FAIL("it was written nowhere");
    } catch (const StoreError& error) {
        CHECK(error.is_unavailable());
        CHECK(contains(error.what(), "the journal: "));
    }
}

TEST_CASE("records that every backup knows go when they are worth it") {
    StoreFixture fixture;
    for (std::uint64_t ban = 1; ban <= 300; ++ban) {
        fixture.append(ban);
    }
    fixture.journal->needed_after(200);
    fixture.append(301);
    CHECK(fixture.content().records.size() == 301);
    fixture.journal->needed_after(290);
    fixture.append(302);
    const auto content = fixture.content();
    REQUIRE(content.records.size() == 12);
    CHECK(content.records.front().number == 291);
    fixture.append(303);
    CHECK(fixture.content().records.back().number == 303);
}
