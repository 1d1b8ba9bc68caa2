// The store thread: takes all jobs that have queued up, applies those that it can apply again in
// one transaction, commits once (group commit), and only then lets their answers go. Others, of the
// admin plane and the tick, have a transaction of their own.
#pragma once

#include "store/recovery.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace drawbridge::store {

enum class JobFailure {
    unavailable,  // the transaction could not be committed (disk full, I/O): it does not count
    internal,     // this job threw; what it did was rolled back, its neighbours commit
    stopping,     // the writer had already been told to stop
};

/// How far the store can be relied on. Only `ready` commits; the others refuse as `unavailable`.
enum class StoreState {
    ready,
    refused,   // the last transaction found no space or a lock; each new one is tried
    checking,  // after an I/O error, until the database was reopened and checked
    damaged,   // for good: it lacks what was committed, or is malformed
};

inline constexpr std::array kStoreStates{
    StoreState::ready,
    StoreState::refused,
    StoreState::checking,
    StoreState::damaged};

/// As `status` and the metrics say it.
[[nodiscard]] std::string_view state_name(StoreState state);

/// One unit of work that is undone alone when it throws. All three run on the store thread; exactly
/// one of `committed` and `failed` is called, after the fate of the transaction is known.
class Job {
public:
    Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    virtual ~Job() = default;

    /// May throw: what it did is rolled back and `failed` is called. Must not show anything to
    /// other threads: what memory shows changes only in `committed`.
    virtual void apply(Database& database) = 0;
    virtual void committed() = 0;
    virtual void failed(JobFailure failure) = 0;

    /// True: `apply` changes nothing but the database and what it sets anew in each call, so it may
    /// be called again after a rollback, and may share a transaction.
    [[nodiscard]] virtual bool can_apply_again() const { return false; }

    /// Asked of the tick's job when its fate is known. True: there is more to do, so that the next
    /// tick comes within milliseconds instead of a second.
    [[nodiscard]] virtual bool has_more() const { return false; }

    /// True: its caller is handed what `apply` threw, so the log does not repeat it.
    [[nodiscard]] virtual bool hands_on_exceptions() const { return false; }
};

/// What every transaction of the writer has around its jobs, on the store thread; each may be
/// empty. What the first two throw undoes the transaction.
struct TransactionHooks {
    /// Inside it, before the first job.
    std::function<void(Database&)> begun;
    /// Inside it, after the last job.
    std::function<void(Database&)> ending;
    /// After the commit, before the jobs are told; must not throw. True: the log holds what must
    /// not be found there any more, so it is emptied into the file.
    std::function<bool()> committed;
};

/// Owns the store thread and the only writing connection. `submit` from any thread.
class Writer {
public:
    /// `tick` makes the job that is run about once a second (grace windows, expiry, purge), more
    /// often while it has more to do; may return null. Runs on the store thread. Requests wait for
    /// it, so it keeps to a few milliseconds.
    using Tick = std::function<std::unique_ptr<Job>()>;
    /// Told once, on the store thread, in a sentence for the operator: the daemon must stop.
    using OnDamage = std::function<void(const std::string&)>;

    Writer(
        std::unique_ptr<Database> database,
        std::size_t queue_limit,
        Tick tick,
        TransactionHooks hooks = {},
        OnDamage on_damage = nullptr
    );
    /// Applies and commits what was submitted, then ends the thread.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// When the queue is full or the writer stops, `job->failed` is called at once on this thread.
    void submit(std::unique_ptr<Job> job);

    /// Runs `work` on the store thread in a transaction of its own and waits for the commit. For
    /// the admin plane. Throws StoreError when it could not be committed, or what `work` threw.
    /// `published` (may be null) runs on the store thread after the commit, before this returns.
    /// Never call it on the store thread: it would wait for itself.
    void run(const std::function<void(Database&)>& work, const std::function<void()>& published);

    /// Jobs that wait for the store thread. Any thread.
    [[nodiscard]] std::size_t queued() const;

    [[nodiscard]] StoreState state() const { return state_; }

    /// How often the database was reopened and found sound since the start. Any thread.
    [[nodiscard]] std::uint64_t recoveries() const { return recoveries_; }

    /// Drains: what was submitted is committed, later submits fail with `stopping`.
    void stop();

private:
    void loop();
    /// Takes what has queued up, waiting for it until the next tick; false: these are the last.
    bool wait_for_jobs(std::vector<std::unique_ptr<Job>>& jobs);
    /// The job it added, null when there is nothing to do.
    [[nodiscard]] Job* add_tick(std::vector<std::unique_ptr<Job>>& jobs);
    /// In their order.
    void apply_all(std::span<const std::unique_ptr<Job>> jobs);
    /// In one transaction.
    void apply_together(std::span<const std::unique_ptr<Job>> jobs);
    /// A transaction, or moving the log to the file, came to nothing.
    void failed(const std::exception& error, std::size_t jobs);
    void checkpoint_if_due();
    /// Seeks room on a full disk, reopens and checks after an I/O error; about once a second.
    void mend();

    const std::size_t queue_limit_;
    const Tick tick_;
    const TransactionHooks hooks_;
    const OnDamage on_damage_;
    WritingConnection connection_;                            // store thread only, once it runs
    std::chrono::steady_clock::time_point next_tick_;         // store thread only
    std::chrono::steady_clock::time_point next_attempt_{};    // store thread only
    std::chrono::steady_clock::time_point next_complaint_{};  // store thread only
    std::chrono::steady_clock::time_point next_emptying_{};   // store thread only
    bool log_must_go_ = false;                                // store thread only
    Fault fault_ = Fault::statement;                    // store thread only; of the last failure
    std::atomic<StoreState> state_{StoreState::ready};  // written by the store thread
    std::atomic<std::uint64_t> recoveries_{0};          // written by the store thread

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::vector<std::unique_ptr<Job>> queue_;
    bool stopping_ = false;

    std::thread thread_;  // last: starts when all else is there
};

}  // namespace drawbridge::store
