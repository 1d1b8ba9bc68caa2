#include "store/test_jobs.h"
#include "store/writer.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>
using drawbridge::store::StoreError;
using namespace drawbridge::test;

TEST_CASE("a full disk makes all of a transaction unavailable, and service returns by itself") {
    const TempFolder folder;
    auto database = make_database(folder);
    // The connection is the writer's alone; this handle to it is used between jobs only.
    Writer writer(std::move(database), kQueue, nullptr);
    const auto set_limit = [&](const char* pragma) {
        writer.run([&](Database& held) { held.execute(pragma); }, nullptr);
    };
    set_limit("PRAGMA max_page_count=40;");

    Gate gate;
    gate.close(writer);
    std::vector<std::promise<Ending>> endings(2);
    writer.submit(std::make_unique<AgainJob>(
        [](Database& held) { insert(held, 1); },
        [&](Ending ending) { endings[0].set_value(ending); }
    ));
    writer.submit(std::make_unique<AgainJob>(
        [](Database& held) {
            held.query("INSERT INTO t (x, b) VALUES (2, zeroblob(1000000))").run();
        },
        [&](Ending ending) { endings[1].set_value(ending); }
    ));
    gate.open();
    CHECK(endings[0].get_future().get() == JobFailure::unavailable);
    CHECK(endings[1].get_future().get() == JobFailure::unavailable);
    CHECK(count_rows(folder) == 0);

    bool published = false;
    CHECK_THROWS_AS(
        writer.run(
            [](Database& held) {
                held.query("INSERT INTO t (x, b) VALUES (3, zeroblob(1000000))").run();
            },
            [&] { published = true; }
        ),
        StoreError
    );
    CHECK_FALSE(published);

    set_limit("PRAGMA max_page_count=100000;");
    writer.run(
        [](Database& held) {
            held.query("INSERT INTO t (x, b) VALUES (3, zeroblob(1000000))").run();
        },
        nullptr
    );
    CHECK(count_rows(folder) == 1);
}

TEST_CASE("what another process has locked is unavailable, not lost") {
    const TempFolder folder;
    auto held = make_database(folder);
    held->execute("PRAGMA busy_timeout=50;");
    Writer writer(std::move(held), kQueue, nullptr);
    Database other(folder / "a.db", Database::Mode::read_write);
    other.execute("BEGIN IMMEDIATE;");
    CHECK_THROWS_AS(
        writer.run([](Database& database) { insert(database, 1); }, nullptr),
        StoreError
    );
    other.execute("ROLLBACK;");
    writer.run([](Database& database) { insert(database, 1); }, nullptr);
    CHECK(count_rows(folder) == 1);
}

TEST_CASE("a full queue refuses at once") {
    const TempFolder folder;
    Writer writer(make_database(folder), 1, nullptr);
    Gate gate;
    gate.close(writer);
    std::promise<Ending> queued;
    Ending refused;
    writer.submit(std::make_unique<TestJob>(
        [](Database& database) { insert(database, 1); },
        [&](Ending ending) { queued.set_value(ending); }
    ));
    writer.submit(std::make_unique<TestJob>(
        [](Database& database) { insert(database, 2); },
        [&](Ending ending) { refused = ending; }
    ));
    CHECK(refused == JobFailure::unavailable);
    gate.open();
    CHECK_FALSE(queued.get_future().get().has_value());
    CHECK(count_rows(folder) == 1);
}

TEST_CASE("stopping commits what was submitted and refuses what comes later") {
    const TempFolder folder;
    Writer writer(make_database(folder), kQueue, nullptr);
    Gate gate;
    gate.close(writer);
    std::atomic<int> committed{0};
    for (std::int64_t i = 0; i < 20; ++i) {
        writer.submit(std::make_unique<TestJob>(
            [i](Database& database) { insert(database, i); },
            [&](Ending ending) { committed += ending ? 0 : 1; }
        ));
    }
    std::thread opener([&] { gate.open(); });
    writer.stop();
    opener.join();
    CHECK(committed == 20);
    CHECK(count_rows(folder) == 20);

    Ending late;
    writer.submit(std::make_unique<TestJob>([](Database&) {}, [&](Ending ending) { late = ending; })
    );
    CHECK(late == JobFailure::stopping);
    CHECK_THROWS_AS(writer.run([](Database&) {}, nullptr), StoreError);
}

TEST_CASE("an answer that throws does not end the store thread") {
    const TempFolder folder;
    Writer writer(make_database(folder), kQueue, nullptr);
    writer.submit(std::make_unique<TestJob>(
        [](Database& database) { insert(database, 1); },
        [](Ending) { throw std::runtime_error("made up"); }
    ));
    writer.run([](Database& database) { insert(database, 2); }, nullptr);
    CHECK(count_rows(folder) == 2);
}
