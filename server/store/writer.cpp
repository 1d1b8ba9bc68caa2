#include "store/writer.h"

#include "base/log.h"
#include "base/thread_setup.h"
#include "base/work.h"

#include <algorithm>
#include <exception>
#include <future>
#include <optional>
#include <span>
#include <utility>

namespace drawbridge::store {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kTickEvery{1};
// While there is more to do, counted from the end of the tick before: requests get the rest.
constexpr std::chrono::milliseconds kBusyTickEvery{20};
// While the store cannot commit, so often is something done about it.
constexpr std::chrono::seconds kAttemptEvery{1};
constexpr std::chrono::minutes kComplainEvery{1};
// 80 MiB: the log is read at a start, and its size is what a reader makes it keep.
constexpr std::int64_t kCheckpointPages = 20'000;

using Jobs = std::span<const std::unique_ptr<Job>>;

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

/// It is not the fault of the job at hand alone.
bool ends_transaction(const std::exception& error, const Database& database) {
    const auto* failure = dynamic_cast<const StoreError*>(&error);
    const bool of_the_file = failure != nullptr && failure->fault != Fault::statement;
    return of_the_file || !database.in_transaction();
}

void note_thrown(const Job& job, const std::exception& error) {
    if (job.hands_on_exceptions()) return;
    base::log_error("store job_failed reason=\"{}\"", error.what());
}

/// Throws only what ends the whole transaction.
Fate apply_one(Database& database, Job& job) {
    database.query("SAVEPOINT job").run();
    try {
        job.apply(database);
    } catch (const std::exception& error) {
        if (ends_transaction(error, database)) throw;
        note_thrown(job, error);
        database.query("ROLLBACK TO job").run();
        database.query("RELEASE job").run();
        return Fate::threw;
    }
    database.query("RELEASE job").run();
    return Fate::applied;
}

std::vector<Fate> apply_each(Database& database, Jobs jobs) {
    std::vector<Fate> fates;
    fates.reserve(jobs.size());
    for (const auto& job : jobs) {
        fates.push_back(apply_one(database, *job));
    }
    return fates;
}

std::vector<Fate> apply_bare(Database& database, Jobs jobs) {
    for (const auto& job : jobs) {
        job->apply(database);
    }
    return std::vector(jobs.size(), Fate::applied);
}

/// Throws when it was not committed.
template <class Apply>
std::vector<Fate>
transact(WritingConnection& connection, const TransactionHooks& hooks, Apply&& apply) {
    connection.begin();
    if (hooks.begun) hooks.begun(connection.database());
    auto fates = apply(connection.database());
    if (hooks.ending) hooks.ending(connection.database());
    connection.commit();
    return fates;
}

/// Throws when it was not committed for another reason than that the job threw.
std::vector<Fate>
commit_alone(WritingConnection& connection, Job& job, const TransactionHooks& hooks) {
    bool in_job = false;
    const auto apply = [&](Database& database) {
        in_job = true;
        job.apply(database);
        in_job = false;
        return std::vector{Fate::applied};
    };
    try {
        return transact(connection, hooks, apply);
    } catch (const std::exception& error) {
        if (!in_job || ends_transaction(error, connection.database())) throw;
        note_thrown(job, error);
        connection.roll_back();
        return {Fate::threw};
    }
}

/// A savepoint makes SQLite copy every page that its job is the first to change, a third of what a
/// join costs, and look through these copies at the end of each statement, so that thousands of
/// them take their time squared; and jobs hardly ever throw. So it is tried without, and only when
/// one threw are all of them applied anew, each under its own. Throws when it was not committed.
std::vector<Fate>
commit_together(WritingConnection& connection, Jobs jobs, const TransactionHooks& hooks) {
    if (jobs.size() == 1) return commit_alone(connection, *jobs.front(), hooks);
    const auto bare = [&](Database& database) { return apply_bare(database, jobs); };
    try {
        return transact(connection, hooks, bare);
    } catch (const std::exception& error) {
        if (ends_transaction(error, connection.database())) throw;
        connection.roll_back();
    }
    return transact(connection, hooks, [&](Database& database) {
        return apply_each(database, jobs);
    });
}

/// The first of these, and those after it that go into one transaction with it: all that may be
/// applied again when one of them threw, or one alone.
Jobs first_of(Jobs jobs) {
    const auto can_again = [](const auto& job) { return job->can_apply_again(); };
    const auto end = std::ranges::find_if_not(jobs, can_again);
    return jobs.first(std::max<std::size_t>(1, static_cast<std::size_t>(end - jobs.begin())));
}

/// Nothing is tried before a check of the file has passed.
bool is_shut(StoreState state) {
    return state == StoreState::checking || state == StoreState::damaged;
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

std::string_view state_name(StoreState state) {
    switch (state) {
        case StoreState::ready: return "ready";
        case StoreState::refused: return "refused";
        case StoreState::checking: return "checking";
        case StoreState::damaged: return "damaged";
    }
    return "";
}

Writer::Writer(
    std::unique_ptr<Database> database,
    std::size_t queue_limit,
    Tick tick,
    TransactionHooks hooks,
    OnDamage on_damage
)
    : queue_limit_(queue_limit),
      tick_(std::move(tick)),
      hooks_(std::move(hooks)),
      on_damage_(std::move(on_damage)),
      connection_(std::move(database)),
      thread_([this] { loop(); }) {}

Writer::~Writer() {
    stop();
}

void Writer::submit(std::unique_ptr<Job> job) {
    JobFailure refusal = JobFailure::unavailable;
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_ && !is_shut(state_) && queue_.size() < queue_limit_) {
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
    if (*failure == JobFailure::stopping) {
        throw StoreError("the daemon is stopping", Fault::unavailable);
    }
    throw StoreError("the store cannot commit now", Fault::unavailable);
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
    base::set_up_thread("store");
    next_tick_ = Clock::now() + kTickEvery;
    std::vector<std::unique_ptr<Job>> jobs;
    for (bool going = true; going;) {
        going = wait_for_jobs(jobs);  // once stopping, submits are refused: these are the last
        const bool is_due = going && Clock::now() >= next_tick_;
        const Job* tick = is_due && !is_shut(state_) ? add_tick(jobs) : nullptr;
        if (!jobs.empty()) apply_all(jobs);
        if (is_due) {
            const bool busy = tick != nullptr && tick->has_more();
            next_tick_ = Clock::now() + (busy ? Clock::duration(kBusyTickEvery) : kTickEvery);
        }
        jobs.clear();  // before the connection they worked on may be closed
        if (state_ != StoreState::ready) mend();
    }
}

Job* Writer::add_tick(std::vector<std::unique_ptr<Job>>& jobs) {
    Job* added = nullptr;
    if (!tick_) return added;
    tell([&] {
        if (auto job = tick_()) added = jobs.emplace_back(std::move(job)).get();
    });
    return added;
}

void Writer::apply_all(std::span<const std::unique_ptr<Job>> jobs) {
    const base::Work work("store");
    while (!jobs.empty()) {
        const auto together = first_of(jobs);
        apply_together(together);
        jobs = jobs.subspan(together.size());
    }
}

void Writer::apply_together(std::span<const std::unique_ptr<Job>> jobs) {
    std::vector<Fate> fates(jobs.size(), Fate::undone);
    const auto commits = connection_.commits();
    if (!is_shut(state_)) {
        try {
            fates = commit_together(connection_, jobs, hooks_);
            const bool is_news = connection_.commits() != commits;  // not when one alone threw
            if (is_news && hooks_.committed && hooks_.committed()) log_must_go_ = true;
        } catch (const std::exception& error) {
            connection_.roll_back();
            failed(error, jobs.size());
        }
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        tell([&] { end(*jobs[i], fates[i]); });
    }
    if (connection_.commits() == commits) return;
    state_ = StoreState::ready;
    checkpoint_if_due();
}

void Writer::failed(const std::exception& error, std::size_t jobs) {
    const auto* failure = dynamic_cast<const StoreError*>(&error);
    fault_ = failure == nullptr ? Fault::statement : failure->fault;
    const bool suspect = fault_ == Fault::io || fault_ == Fault::damaged;
    const bool is_news = state_ == StoreState::ready || suspect;
    state_ = suspect ? StoreState::checking : StoreState::refused;
    if (is_news) base::log_error("store unavailable jobs={} reason=\"{}\"", jobs, error.what());
    if (suspect) {
        base::log_error("store accepts nothing until the database was reopened and checked");
    }
}

void Writer::checkpoint_if_due() {
    const auto now = Clock::now();
    const bool empties = log_must_go_ && now >= next_emptying_;
    if (!empties && connection_.database().log_pages() < kCheckpointPages) return;
    try {
        if (!empties) return connection_.database().checkpoint();
        next_emptying_ = now + kAttemptEvery;  // a reader, a backup for instance, may be in the way
        log_must_go_ = !connection_.database().truncate_log();
    } catch (const StoreError& error) {
        failed(error, 0);
    }
}

void Writer::mend() {
    const auto now = Clock::now();
    if (state_ == StoreState::damaged || now < next_attempt_) return;
    next_attempt_ = now + kAttemptEvery;
    try {
        if (state_ == StoreState::refused) return connection_.database().checkpoint();
        connection_.recover(fault_ == Fault::damaged);
        state_ = StoreState::ready;
        ++recoveries_;
        next_attempt_ = {};  // only failed attempts are spaced
        base::log_info("store recovered: reopened, checked, nothing is missing");
    } catch (const Damaged& error) {
        state_ = StoreState::damaged;
        base::log_error("store damaged reason=\"{}\"", error.what());
        if (on_damage_) on_damage_(error.what());
    } catch (const std::exception& error) {
        const auto* failure = dynamic_cast<const StoreError*>(&error);
        const bool refused = failure != nullptr && failure->fault == Fault::unavailable;
        if (!refused) state_ = StoreState::checking;
        if (now < next_complaint_) return;
        next_complaint_ = now + kComplainEvery;
        base::log_warning("store not usable yet reason=\"{}\"", error.what());
    }
}

}  // namespace drawbridge::store
