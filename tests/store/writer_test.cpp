#include "store/writer.h"

#include "store/test_jobs.h"

#include <doctest/doctest.h>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>
using namespace drawbridge::test;

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
