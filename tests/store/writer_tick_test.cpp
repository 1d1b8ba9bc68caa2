#include "store/test_jobs.h"
#include "store/writer.h"

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
using namespace drawbridge::test;

namespace {

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
