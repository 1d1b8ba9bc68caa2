// Jobs for the store thread, and a database for them.
#pragma once

#include "store/writer.h"
#include "temp_folder.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace drawbridge::test {

using store::Database;
using store::Job;
using store::JobFailure;
using store::Writer;

inline constexpr std::size_t kQueue = 1000;

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

inline std::unique_ptr<Database> make_database(const TempFolder& folder) {
    auto database = std::make_unique<Database>(folder / "a.db", Database::Mode::read_write);
    database->execute(
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;"
        "CREATE TABLE t (x INTEGER UNIQUE, b BLOB) STRICT;"
    );
    return database;
}

inline void insert(Database& database, std::int64_t x) {
    database.query("INSERT INTO t (x) VALUES (?)").bind(x).run();
}

inline std::int64_t count_rows(const TempFolder& folder) {
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

}  // namespace drawbridge::test
