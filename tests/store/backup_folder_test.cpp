#include "store/backup_folder.h"

#include "store/backup_fixture.h"
#include "store/free_space.h"
#include "store/migrations.h"
#include "store/workspace.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>

using drawbridge::store::Backup;
using drawbridge::store::BackupError;
using drawbridge::store::BackupKind;
using drawbridge::store::BackupStage;
using drawbridge::store::Database;
using drawbridge::store::Snapshot;
using drawbridge::store::SpaceGuard;
using drawbridge::store::unpack_backup;
using drawbridge::store::verify_backup;
using drawbridge::store::Workspace;
using drawbridge::test::BackupFixture;
using drawbridge::test::count_rows;
using drawbridge::test::kBackupTime;
using drawbridge::test::read_all;
using drawbridge::test::TempFolder;
using drawbridge::test::write_all;

namespace {

std::size_t entries(const std::filesystem::path& folder) {
    const auto begin = std::filesystem::directory_iterator(folder);
    return static_cast<std::size_t>(std::distance(begin, {}));
}

std::int64_t rows_in(const BackupFixture& fixture, const Backup& backup) {
    const auto plain = fixture.temp / "unpacked.db";
    std::filesystem::remove(plain);
    unpack_backup(backup.file, plain, fixture.master, nullptr);
    return count_rows(plain);
}

/// Writing past `bytes` of any file fails while it lives, as on a full disk.
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::uint64_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        REQUIRE(getrlimit(RLIMIT_FSIZE, &before_) == 0);
        const rlimit low{bytes, before_.rlim_max};
        REQUIRE(setrlimit(RLIMIT_FSIZE, &low) == 0);
    }

    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

    ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("a backup holds the moment of its snapshot, under a name that sorts") {
    const BackupFixture fixture;
    fixture.add_rows(10, "before");
    auto snapshot = fixture.snapshot();
    fixture.add_rows(5, "after");
    const auto first =
        fixture.backups.make(std::move(snapshot), BackupKind::start, fixture.master, nullptr);
    CHECK(first.file.filename() == "drawbridge-000001-20260101T000000Z.backup");
    CHECK(first.facts.kind == BackupKind::start);
    CHECK(first.facts.schema == 1);
    CHECK(rows_in(fixture, first) == 10);
    const auto second = fixture.make();
    CHECK(second.facts.number == 2);
    CHECK(rows_in(fixture, second) == 15);
    const auto listed = fixture.backups.list();
    REQUIRE(listed.size() == 2);
    CHECK(listed.at(0).file == second.file);
    CHECK(listed.at(1).file == first.file);
    CHECK(verify_backup(first.file, fixture.master, nullptr) == first.facts);
    CHECK(entries(fixture.backups.path()) == 2);
}

TEST_CASE("a backup is private and says nothing in clear") {
    const BackupFixture fixture;
    fixture.add_rows(100, "a name that must not be read");
    const auto backup = fixture.make();

    struct stat status {};

    REQUIRE(stat(backup.file.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0600);
    REQUIRE(stat(fixture.backups.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0700);
    const auto bytes = read_all(backup.file);
    CHECK(bytes.find("must not be read") == std::string::npos);
    CHECK(bytes.find("SQLite") == std::string::npos);
}

TEST_CASE("copying beside a busy writer ends and is exact") {
    const BackupFixture fixture;
    fixture.add_rows(20'000, std::string(1000, 'x'));
    std::atomic<bool> going = true;
    std::atomic<int> commits = 0;
    std::thread writer([&] {
        Database database(fixture.file, Database::Mode::read_write);
        while (going) {
            database.query("UPDATE rows SET text = text || 'y' WHERE n % 1000 = 1").run();
            database.query("INSERT INTO rows(text) VALUES('new')").run();
            ++commits;
        }
    });
    while (commits < 10) {
        std::this_thread::yield();
    }
    std::int64_t at_snapshot = 0;
    std::uint64_t last = 0;
    int restarts = 0;
    auto snapshot = fixture.snapshot();
    const auto plain = fixture.temp / "copy.db";
    const auto before = commits.load();
    snapshot->copy_to(plain, [&](std::uint64_t done, std::uint64_t) {
        if (done < last) ++restarts;
        last = done;
    });
    const auto meanwhile = commits.load() - before;
    going = false;
    writer.join();
    snapshot.reset();
    CHECK(restarts == 0);
    CHECK(meanwhile > 0);
    {
        Database copy(plain, Database::Mode::read_write);
        CHECK(drawbridge::store::quick_check(copy).empty());
        // Each transaction of the writer is there whole or not at all.
        auto query = copy.query("SELECT count(*), max(length(text)) FROM rows");
        REQUIRE(query.step());
        at_snapshot = query.integer(0) - 20'000;
        CHECK(query.integer(1) - 1000 - at_snapshot <= 1);
        CHECK(query.integer(1) - 1000 - at_snapshot >= 0);
    }
    CHECK(at_snapshot < commits.load());
}

TEST_CASE("a damaged database makes no backup that counts") {
    const BackupFixture fixture;
    fixture.add_rows(2000, std::string(500, 'x'));
    auto bytes = read_all(fixture.file);
    std::fill_n(bytes.begin() + 40 * 4096, 4096, '\xFF');
    write_all(fixture.file, bytes);
    CHECK_THROWS_WITH((void)fixture.make(), doctest::Contains("page 41 was altered on the disk"));
    CHECK(entries(fixture.backups.path()) == 0);
}

TEST_CASE("ending the work in any stage leaves nothing behind") {
    const BackupFixture fixture;
    fixture.add_rows(2000, std::string(500, 'x'));
    for (const auto end : {BackupStage::copying, BackupStage::packing, BackupStage::verifying}) {
        const auto stop = [&](BackupStage stage, std::uint64_t, std::uint64_t) {
            if (stage == end) throw std::runtime_error("stop here");
        };
        CHECK_THROWS_WITH(
            (void)fixture.backups.make(fixture.snapshot(), BackupKind::asked, fixture.master, stop),
            "stop here"
        );
        CHECK(entries(fixture.backups.path()) == 0);
    }
}

TEST_CASE("a disk that takes no more ends the work and leaves nothing behind") {
    const BackupFixture fixture;
    fixture.add_rows(2000, std::string(500, 'x'));
    const auto size = fixture.snapshot()->facts().plain_size;
    // Copying fails at the first limit, packing at the second.
    for (const auto limit : {size / 2, std::uint64_t{1024}}) {
        const FileSizeLimit full(limit);
        CHECK_THROWS_AS((void)fixture.make(), std::runtime_error);
        CHECK(entries(fixture.backups.path()) == 0);
    }
    CHECK(fixture.make().facts.number == 1);
}

TEST_CASE("more than there is room for is refused with the figures") {
    const TempFolder folder;
    const SpaceGuard space(folder.path());
    space.require(4096);
    CHECK_THROWS_WITH_AS(
        space.require(std::uint64_t{1} << 60U),
        doctest::Contains("1099511627776 MiB are needed"),
        std::runtime_error
    );
}

TEST_CASE("what a crash left is removed, what somebody works in is not") {
    const BackupFixture fixture;
    fixture.backups.prepare();
    std::filesystem::create_directory(fixture.backups.path() / "unfinished-abcdef");
    write_all(fixture.backups.path() / "unfinished-abcdef" / "packed", "half");
    const Workspace held(fixture.backups.path());
    fixture.backups.prepare();
    CHECK(entries(fixture.backups.path()) == 1);
    CHECK(std::filesystem::exists(held / "."));
}

TEST_CASE("a file that is no backup is listed with its problem and never removed") {
    const BackupFixture fixture;
    const auto good = fixture.make();
    write_all(fixture.backups.path() / "drawbridge-000009-x.backup", "not one");
    const auto listed = fixture.backups.list();
    REQUIRE(listed.size() == 2);
    CHECK(listed.at(0).file == good.file);
    CHECK(listed.at(1).problem.find("not a backup") != std::string::npos);
    CHECK(fixture.make().facts.number == 2);
    CHECK(fixture.backups.rotate({1, 0, 0}) == std::vector{good.file});
    CHECK(entries(fixture.backups.path()) == 2);
}

TEST_CASE("a database whose header says something else is not taken for verified") {
    const BackupFixture fixture;
    auto facts = fixture.snapshot()->facts();
    facts.schema = 2;
    fixture.backups.prepare();
    const auto plain = fixture.temp / "copy.db";
    fixture.snapshot()->copy_to(plain, nullptr);
    const auto file = fixture.backups.path() / "a.backup";
    drawbridge::store::pack_backup(
        plain,
        file,
        facts,
        drawbridge::store::BackupKeys(fixture.master),
        nullptr
    );
    CHECK_THROWS_WITH_AS(
        verify_backup(file, fixture.master, nullptr),
        doctest::Contains("does not go with"),
        BackupError
    );
}
