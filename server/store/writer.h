// The store thread: takes all jobs that have queued up, applies them in one transaction, commits
// once (group commit), and only then lets their answers go.
#pragma once

#include "store/database.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace drawbridge::store {

enum class JobFailure {
    unavailable,  // the transaction could not be committed (disk full, I/O): nothing was changed
    internal,     // this job threw; its savepoint was rolled back, its neighbours commit
    stopping,     // the writer had already been told to stop
};

/// One unit of work under its own savepoint. All three run on the store thread; exactly one of
/// `committed` and `failed` is called, after the fate of the transaction is known.
class Job {
public:
    Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    virtual ~Job() = default;

    /// May throw: the savepoint is rolled back and `failed` is called. Must not show anything to
    /// other threads: what memory shows changes only in `committed`.
    virtual void apply(Database& database) = 0;
    virtual void committed() = 0;
    virtual void failed(JobFailure failure) = 0;

    /// True: its caller is handed what `apply` threw, so the log does not repeat it.
    [[nodiscard]] virtual bool hands_on_exceptions() const { return false; }
};

/// Owns the store thread and the only writing connection. `submit` from any thread.
class Writer {
public:
    /// `tick` makes the job that is run about once a second (grace windows, expiry, purge); may
    /// return null. Runs on the store thread.
    using Tick = std::function<std::unique_ptr<Job>()>;

    Writer(std::unique_ptr<Database> database, std::size_t queue_limit, Tick tick);
    /// Applies and commits what was submitted, then ends the thread.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// When the queue is full or the writer stops, `job->failed` is called at once on this thread.
    void submit(std::unique_ptr<Job> job);

    /// Runs `work` on the store thread under a savepoint and waits for the commit. For the admin
    /// plane. Throws StoreError when it could not be committed, or what `work` threw.
    /// `published` (may be null) runs on the store thread after the commit, before this returns.
    /// Never call it on the store thread: it would wait for itself.
    void run(const std::function<void(Database&)>& work, const std::function<void()>& published);

    /// Jobs that wait for the store thread. Any thread.
    [[nodiscard]] std::size_t queued() const;

    /// Drains: what was submitted is committed, later submits fail with `stopping`.
    void stop();

private:
    void loop();
    /// Takes what has queued up, waiting for it until the next tick; false: these are the last.
    bool wait_for_jobs(std::vector<std::unique_ptr<Job>>& jobs);
    void add_tick(std::vector<std::unique_ptr<Job>>& jobs);
    void apply_all(const std::vector<std::unique_ptr<Job>>& jobs);
    void make_room();

    const std::size_t queue_limit_;
    const Tick tick_;
    std::unique_ptr<Database> database_;                     // store thread only, once it runs
    std::chrono::steady_clock::time_point next_tick_;        // store thread only
    std::chrono::steady_clock::time_point next_checkpoint_;  // store thread only

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::vector<std::unique_ptr<Job>> queue_;
    bool stopping_ = false;

    std::thread thread_;  // last: starts when all else is there
};

}  // namespace drawbridge::store
