#include "store/writer.h"

#include "temp_folder.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using drawbridge::store::Database;
using drawbridge::store::Job;
using drawbridge::store::JobFailure;
using drawbridge::store::StoreError;
using drawbridge::store::Writer;
using drawbridge::test::TempFolder;

namespace {

constexpr std::size_t kQueue = 1000;

/// How a job ended: nothing means committed.
using Ending = std::optional<JobFailure>;

class TestJob : public Job {
public:
    TestJob(std::function<void(Database&)> work, std::function<void(Ending)> ended)
        : work_(std::move(work)),
          ended_(std::move(ended)) {}

    void apply(Database& database) override { work_(database); }

    void committed() override { ended_(std::nullopt); }

    void failed(JobFailure failure) override { ended_(failure); }

private:
    std::function<void(Database&)> work_;
    std::function<void(Ending)> ended_;
};

class AgainJob final : public TestJob {
public:
    using TestJob::TestJob;

    [[nodiscard]] bool can_apply_again() const override { return true; }
};

std::unique_ptr<Database> make_database(const TempFolder& folder) {
    auto database = std::make_unique<Database>(folder / "a.db", Database::Mode::read_write);
    database->execute(
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;"
        "CREATE TABLE t (x INTEGER UNIQUE, b BLOB) STRICT;"
    );
    return database;
}

void insert(Database& database, std::int64_t x) {
    database.query("INSERT INTO t (x) VALUES (?)").bind(x).run();
}

std::int64_t count_rows(const TempFolder& folder) {
    Database reader(folder / "a.db", Database::Mode::read_only);
    auto query = reader.query("SELECT count(*) FROM t");
    REQUIRE(query.step());
    return query.integer(0);
}

/// Holds the store thread inside a job until released, so that what follows queues up.
class Gate {
public:
    void close(Writer& writer) {
        writer.submit(std::make_unique<TestJob>(
            [this](Database&) {
                entered_.set_value();
                opened_.get_future().wait();
            },
            [](Ending) {}
        ));
        entered_.get_future().wait();
    }

    void open() { opened_.set_value(); }

private:
    std::promise<void> entered_;
    std::promise<void> opened_;
};

/// A tick's job that always has more to do.
class EagerJob final : public Job {
public:
    explicit EagerJob(bool fails) : fails_(fails) {}

    void apply(Database&) override {
        if (fails_) throw std::runtime_error("made up");
    }

    void committed() override {}

    void failed(JobFailure) override {}

    [[nodiscard]] bool has_more() const override { return true; }

private:
    const bool fails_;
};

}  // namespace

TEST_CASE("run commits before it returns, then publishes") {
    const TempFolder folder;
    Writer writer(make_database(folder), kQueue, nullptr);
    std::int64_t seen_by_others = 0;
    writer.run(
        [](Database& database) { insert(database, 1); },
        [&] { seen_by_others = count_rows(folder); }
    );
    CHECK(seen_by_others == 1);
}

TEST_CASE("run throws what its work threw and leaves nothing behind") {
    const TempFolder folder;
    Writer writer(make_database(folder), kQueue, nullptr);
    bool published = false;
    CHECK_THROWS_AS(
        writer.run(
            [](Database& database) {
                insert(database, 1);
                throw std::invalid_argument("made up");
            },
            [&] { published = true; }
        ),
        std::invalid_argument
    );
    CHECK_FALSE(published);
    CHECK(count_rows(folder) == 0);
}

TEST_CASE("jobs that queued up share one transaction and are answered in order") {
    const TempFolder folder;
    Writer writer(make_database(folder), kQueue, nullptr);
    Gate gate;
    gate.close(writer);
    std::vector<std::int64_t> order;
    std::int64_t visible_at_last_apply = -1;
    std::promise<void> done;
    for (std::int64_t i = 0; i < 100; ++i) {
        writer.submit(std::make_unique<AgainJob>(
            [&, i](Database& database) {
                insert(database, i);
                if (i == 99) visible_at_last_apply = count_rows(folder);
            },
            [&, i](Ending ending) {
                if (!ending) order.push_back(i);
                if (i == 99) done.set_value();
            }
        ));
    }
    gate.open();
    done.get_future().wait();
    CHECK(visible_at_last_apply == 0);  // the 99 before it were not committed one by one
    REQUIRE(order.size() == 100);
    CHECK(std::is_sorted(order.begin(), order.end()));
    CHECK(count_rows(folder) == 100);
}

TEST_CASE("a job that throws is undone alone; its neighbours commit") {
    const TempFolder folder;
    Writer writer(make_database(folder), kQueue, nullptr);
    Gate gate;
    gate.close(writer);
    std::vector<Ending> endings(4);
    std::promise<void> done;
    const auto job = [&](std::size_t at, std::function<void(Database&)> work) {
        return std::make_unique<TestJob>(std::move(work), [&, at](Ending ending) {
            endings[at] = ending;
            if (at == 3) done.set_value();
        });
    };
    writer.submit(job(0, [](Database& database) { insert(database, 1); }));
    writer.submit(job(1, [](Database& database) {
        insert(database, 2);
        throw std::runtime_error("made up");
    }));
    writer.submit(job(2, [](Database& database) {
        insert(database, 3);
        insert(database, 1);  // UNIQUE
    }));
    writer.submit(job(3, [](Database& database) { insert(database, 4); }));
    gate.open();
    done.get_future().wait();
    CHECK_FALSE(endings[0].has_value());
    CHECK(endings[1] == JobFailure::internal);
    CHECK(endings[2] == JobFailure::internal);
    CHECK_FALSE(endings[3].has_value());
    CHECK(count_rows(folder) == 2);
}

TEST_CASE("jobs that can be applied again are tried without savepoints, then each alone") {
    const TempFolder folder;
    Writer writer(make_database(folder), kQueue, nullptr);
    Gate gate;
    gate.close(writer);
    std::vector<int> applied(3);
    std::vector<Ending> endings;
    std::promise<void> all_ended;
    for (std::size_t i = 0; i < applied.size(); ++i) {
        writer.submit(std::make_unique<AgainJob>(
            [&applied, i](Database& database) {
                ++applied.at(i);
                insert(database, static_cast<std::int64_t>(i));
                if (i == 1) throw std::runtime_error("made up");
            },
            [&](Ending ending) {
                endings.push_back(ending);
                if (endings.size() == applied.size()) all_ended.set_value();
            }
        ));
    }
    gate.open();
    all_ended.get_future().wait();
    CHECK(endings == std::vector<Ending>{std::nullopt, JobFailure::internal, std::nullopt});
    // The second ended the first attempt, which the third never came to.
    CHECK(applied == std::vector{2, 2, 1});
    CHECK(count_rows(folder) == 2);
}

TEST_CASE("a job that cannot be applied again has a transaction of its own, in its turn") {
    const TempFolder folder;
    Writer writer(make_database(folder), kQueue, nullptr);
    Gate gate;
    gate.close(writer);
    std::vector<std::int64_t> committed_before;
    std::vector<Ending> endings;
    std::promise<void> all_ended;
    const auto work = [&](std::int64_t x, bool throws) {
        return [&, x, throws](Database& database) {
            committed_before.push_back(count_rows(folder));
            insert(database, x);
            if (throws) throw std::runtime_error("made up");
        };
    };
    const auto ended = [&](Ending ending) {
        endings.push_back(ending);
        if (endings.size() == 4) all_ended.set_value();
    };
    writer.submit(std::make_unique<AgainJob>(work(1, false), ended));
    writer.submit(std::make_unique<TestJob>(work(2, true), ended));
    writer.submit(std::make_unique<TestJob>(work(3, false), ended));
    writer.submit(std::make_unique<AgainJob>(work(4, false), ended));
    gate.open();
    all_ended.get_future().wait();
    CHECK(committed_before == std::vector<std::int64_t>{0, 1, 1, 2});
    CHECK(
        endings ==
        std::vector<Ending>{std::nullopt, JobFailure::internal, std::nullopt, std::nullopt}
    );
    CHECK(count_rows(folder) == 3);
}

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

TEST_CASE("the tick's job runs about once a second, also when nothing else does") {
    const TempFolder folder;
    std::promise<void> second_tick;
    std::int64_t ticks = 0;  // store thread only
    const auto started = std::chrono::steady_clock::now();
    Writer writer(make_database(folder), kQueue, [&]() -> std::unique_ptr<Job> {
        ++ticks;
        const auto tick = ticks;
        return std::make_unique<TestJob>(
            [tick](Database& database) { insert(database, tick); },
            [&, tick](Ending ending) {
                if (tick == 2 && !ending) second_tick.set_value();
            }
        );
    });
    second_tick.get_future().wait();
    const auto took = std::chrono::steady_clock::now() - started;
    CHECK(took >= std::chrono::milliseconds(1900));
    CHECK(took < std::chrono::seconds(10));
    writer.stop();
    CHECK(count_rows(folder) >= 2);
}

TEST_CASE("a tick that has more to do comes again at once, also after one that failed") {
    const TempFolder folder;
    std::promise<void> last_tick;
    int ticks = 0;  // store thread only
    const auto started = std::chrono::steady_clock::now();
    Writer writer(make_database(folder), kQueue, [&]() -> std::unique_ptr<Job> {
        if (++ticks > 20) return nullptr;
        if (ticks == 20) last_tick.set_value();
        return std::make_unique<EagerJob>(ticks % 2 == 0);
    });
    last_tick.get_future().wait();
    const auto took = std::chrono::steady_clock::now() - started;
    CHECK(took >= std::chrono::milliseconds(1000 + 19 * 20));
    CHECK(took < std::chrono::seconds(10));  // 20 s at one a second
    writer.stop();
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
