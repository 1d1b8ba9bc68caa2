#include "store/backups.h"

#include "store/backup_fixture.h"

#include <atomic>
#include <chrono>
#include <thread>

using drawbridge::store::BackupKind;
using drawbridge::store::BackupRun;
using drawbridge::store::Backups;
using drawbridge::store::MasterKey;
using drawbridge::test::BackupFixture;

namespace {

Backups::Parts parts_of(const BackupFixture& fixture) {
    const auto key = fixture.temp / "master.key";
    return {
        fixture.file,
        {fixture.backups.path(), 0, {}},
        [key] { return MasterKey::load(key); },
    };
}

BackupRun ended(const Backups& backups, std::uint64_t id) {
    for (;;) {
        const auto run = backups.run(id);
        REQUIRE(run);
        if (run->has_ended()) return *run;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

}  // namespace

TEST_CASE("the first one holds the moment that was fixed before the thread began") {
    const BackupFixture fixture;
    fixture.add_rows(3, "before");
    auto first = fixture.snapshot();
    const auto size = first->facts().plain_size;
    fixture.add_rows(10'000, "after");
    Backups backups(parts_of(fixture), std::move(first));
    const auto run = ended(backups, 1);
    CHECK(run.kind == BackupKind::start);
    REQUIRE(run.backup);
    CHECK(run.backup->facts.plain_size == size);
    const auto figures = backups.figures();
    REQUIRE(figures.last_good);
    CHECK(figures.last_good->file == run.backup->file);
    CHECK(!figures.last_failure);
    CHECK(!figures.current);
}

TEST_CASE("who asks while one waits shares it; each later one is another") {
    const BackupFixture fixture;
    Backups backups(parts_of(fixture), nullptr);
    std::uint64_t shared = 0;
    {
        const auto held = backups.hold();
        const auto first = backups.request();
        while (!backups.figures().current) {
            std::this_thread::yield();
        }
        // Whether the thread has taken the first already or not, two more share one.
        shared = backups.request();
        CHECK(shared >= first);
        CHECK(fixture.backups.list().empty());
    }
    const auto run = ended(backups, shared);
    CHECK(run.kind == BackupKind::asked);
    CHECK(run.state == BackupRun::State::done);
    const auto next = backups.request();
    CHECK(next > shared);
    CHECK(ended(backups, next).state == BackupRun::State::done);
    CHECK(!backups.run(99));
}

TEST_CASE("a failure is told until one succeeds") {
    const BackupFixture fixture;
    auto parts = parts_of(fixture);
    std::atomic<bool> failing = true;
    parts.master_key = [&, load = parts.master_key] {
        if (failing) throw std::runtime_error("no key today");
        return load();
    };
    Backups backups(std::move(parts), nullptr);
    const auto failed = ended(backups, backups.request());
    CHECK(failed.state == BackupRun::State::failed);
    CHECK(failed.problem == "no key today");
    auto figures = backups.figures();
    REQUIRE(figures.last_failure);
    CHECK(figures.last_failure->id == failed.id);
    CHECK(!figures.last_good);
    failing = false;
    CHECK(ended(backups, backups.request()).state == BackupRun::State::done);
    figures = backups.figures();
    CHECK(!figures.last_failure);
    CHECK(figures.last_good);
}

TEST_CASE("stopping ends the one under way and leaves nothing of it") {
    const BackupFixture fixture;
    fixture.add_rows(50'000, std::string(1000, 'x'));
    Backups backups(parts_of(fixture), nullptr);
    const auto id = backups.request();
    while (backups.run(id)->state == BackupRun::State::waiting) {
        std::this_thread::yield();
    }
    backups.stop();
    CHECK(!backups.run(id)->has_ended());
    const auto begin = std::filesystem::directory_iterator(fixture.backups.path());
    CHECK(std::distance(begin, {}) == 0);
}

TEST_CASE("a restart knows the last good one") {
    const BackupFixture fixture;
    const auto made = fixture.make();
    const Backups backups(parts_of(fixture), nullptr);
    REQUIRE(backups.figures().last_good);
    CHECK(backups.figures().last_good->file == made.file);
}
