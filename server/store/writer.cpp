#include "store/writer.h"

#include "base/log.h"

#include <exception>
#include <future>
#include <optional>
#include <utility>

namespace drawbridge::store {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kTickEvery{1};
// While the disk is full, so often is room sought in the WAL.
constexpr std::chrono::seconds kCheckpointEvery{1};

enum class Fate { applied, threw, undone };

/// A job of `Writer::run`: a closure whose caller waits for its ending, nothing when committed.
class WaitedJob final : public Job {
public:
    using Ending = std::optional<JobFailure>;

    /// All three belong to the waiting caller. What `work` threw is moved into `thrown`, so that
    /// the caller's thread alone lets go of it.
    WaitedJob(
        const std::function<void(Database&)>& work,
        const std::function<void()>& published,
        std::exception_ptr& thrown
    )
        : work_(work),
          published_(published),
          thrown_(thrown) {}

    [[nodiscard]] std::future<Ending> ending() { return ending_.get_future(); }

    void apply(Database& database) override {
        try {
            work_(database);
        } catch (...) {
            thrown_ = std::current_exception();
            throw;
        }
    }

    void committed() override {
        // The caller must not wait for ever, whatever `published` does.
        try {
            if (published_) published_();
        } catch (const std::exception& error) {
            base::log_error("store published_failed reason=\"{}\"", error.what());
        }
        ending_.set_value(std::nullopt);
    }

    void failed(JobFailure failure) override { ending_.set_value(failure); }

    [[nodiscard]] bool hands_on_exceptions() const override { return true; }

private:
    const std::function<void(Database&)>& work_;
    const std::function<void()>& published_;
    std::exception_ptr& thrown_;
    std::promise<Ending> ending_;
};

/// Throws only what ends the whole transaction.
Fate apply_one(Database& database, Job& job) {
    database.query("SAVEPOINT job").run();
    try {
        job.apply(database);
    } catch (const std::exception& error) {
        const auto* failure = dynamic_cast<const StoreError*>(&error);
        if ((failure != nullptr && failure->is_full) || !database.in_transaction()) throw;
        if (!job.hands_on_exceptions()) {
            base::log_error("store job_failed reason=\"{}\"", error.what());
        }
        database.query("ROLLBACK TO job").run();
        database.query("RELEASE job").run();
        return Fate::threw;
    }
    database.query("RELEASE job").run();
    return Fate::applied;
}

void roll_back(Database& database) {
    if (!database.in_transaction()) return;
    try {
        database.query("ROLLBACK").run();
    } catch (const StoreError& error) {
        base::log_error("store rollback_failed reason=\"{}\"", error.what());
    }
}

/// One transaction over all jobs. Empty: it was not committed.
std::vector<Fate>
commit_together(Database& database, const std::vector<std::unique_ptr<Job>>& jobs) {
    try {
        std::vector<Fate> fates;
        fates.reserve(jobs.size());
        database.query("BEGIN IMMEDIATE").run();
        for (const auto& job : jobs) {
            fates.push_back(apply_one(database, *job));
        }
        database.query("COMMIT").run();
        return fates;
    } catch (const std::exception& error) {
        base::log_error("store unavailable jobs={} reason=\"{}\"", jobs.size(), error.what());
        roll_back(database);
        return {};
    }
}

void end(Job& job, Fate fate) {
    switch (fate) {
        case Fate::applied: return job.committed();
        case Fate::threw: return job.failed(JobFailure::internal);
        case Fate::undone: return job.failed(JobFailure::unavailable);
    }
}

/// `committed` and `failed` belong to others and must not end the store thread.
template <class F>
void tell(F&& function) {
    try {
        function();
    } catch (const std::exception& error) {
        base::log_error("store answer_failed reason=\"{}\"", error.what());
    }
}

}  // namespace

Writer::Writer(std::unique_ptr<Database> database, std::size_t queue_limit, Tick tick)
    : queue_limit_(queue_limit),
      tick_(std::move(tick)),
      database_(std::move(database)),
      thread_([this] { loop(); }) {}

Writer::~Writer() {
    stop();
}

void Writer::submit(std::unique_ptr<Job> job) {
    JobFailure refusal = JobFailure::unavailable;
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_ && queue_.size() < queue_limit_) {
            queue_.push_back(std::move(job));
            wake_.notify_one();
            return;
        }
        if (stopping_) refusal = JobFailure::stopping;
    }
    tell([&] { job->failed(refusal); });
}

void Writer::run(
    const std::function<void(Database&)>& work,
    const std::function<void()>& published
) {
    std::exception_ptr thrown;
    auto job = std::make_unique<WaitedJob>(work, published, thrown);
    auto ending = job->ending();
    submit(std::move(job));
    const auto failure = ending.get();
    if (!failure) return;
    if (*failure == JobFailure::internal && thrown) std::rethrow_exception(thrown);
    if (*failure == JobFailure::stopping) throw StoreError("the daemon is stopping", true);
    throw StoreError("the store cannot commit now", true);
}

std::size_t Writer::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void Writer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

bool Writer::wait_for_jobs(std::vector<std::unique_ptr<Job>>& jobs) {
    std::unique_lock lock(mutex_);
    wake_.wait_until(lock, next_tick_, [this] { return stopping_ || !queue_.empty(); });
    jobs.swap(queue_);
    return !stopping_;
}

void Writer::loop() {
    next_tick_ = Clock::now() + kTickEvery;
    std::vector<std::unique_ptr<Job>> jobs;
    for (bool going = true; going;) {
        going = wait_for_jobs(jobs);  // once stopping, submits are refused: these are the last
        if (going && Clock::now() >= next_tick_) {
            next_tick_ = Clock::now() + kTickEvery;
            add_tick(jobs);
        }
        if (!jobs.empty()) apply_all(jobs);
        jobs.clear();
    }
}

void Writer::add_tick(std::vector<std::unique_ptr<Job>>& jobs) {
    if (!tick_) return;
    tell([&] {
        if (auto job = tick_()) jobs.push_back(std::move(job));
    });
}

void Writer::apply_all(const std::vector<std::unique_ptr<Job>>& jobs) {
    const auto fates = commit_together(*database_, jobs);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const auto fate = fates.empty() ? Fate::undone : fates[i];
        tell([&] { end(*jobs[i], fate); });
    }
    if (fates.empty()) make_room();
}

// A WAL that has filled the disk is written from its start again once its pages are in the
// database file, so that service can return without anyone freeing space.
void Writer::make_room() {
    const auto now = Clock::now();
    if (now < next_checkpoint_) return;
    next_checkpoint_ = now + kCheckpointEvery;
    try {
        database_->execute("PRAGMA wal_checkpoint(PASSIVE);");
    } catch (const StoreError& error) {
        base::log_warning("store checkpoint_failed reason=\"{}\"", error.what());
    }
}

}  // namespace drawbridge::store
