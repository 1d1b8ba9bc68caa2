// The thread that makes backups: one at the start from a moment fixed before anything was written,
// then on a schedule and when asked. One at a time; a failed one is tried again soon.
#pragma once

#include "base/guarded.h"
#include "store/backup_folder.h"
#include "store/backup_settings.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace drawbridge::store {

/// One making of a backup, for whoever asked and for `status`.
struct BackupRun {
    enum class State { waiting, copying, packing, verifying, done, failed };

    std::uint64_t id = 0;
    BackupKind kind = BackupKind::asked;
    State state = State::waiting;
    std::uint64_t done = 0;   // bytes of this stage
    std::uint64_t total = 0;  // 0: not known yet
    base::UnixMs started_at = 0;
    base::UnixMs ended_at = 0;
    std::string problem;           // of a failed one
    std::optional<Backup> backup;  // of one that is done

    [[nodiscard]] bool has_ended() const { return state == State::done || state == State::failed; }
};

[[nodiscard]] std::string_view backup_state_name(BackupRun::State state);

struct BackupFigures {
    std::optional<Backup> last_good;        // the newest there is
    std::optional<BackupRun> last_failure;  // since the start, when nothing has succeeded since
    std::optional<BackupRun> current;
};

/// Owns the thread. All but construction and `stop` from any thread.
class Backups {
public:
    struct Parts {
        std::filesystem::path database;
        BackupSettings settings;
        std::function<MasterKey()> master_key;  // read for each, so that a rotated key is used
        /// Told the last journal record that every backup kept knows. May be null.
        std::function<void(std::uint64_t)> journal_needed_after = nullptr;
    };

    /// `first` is copied at once; may be null.
    Backups(Parts parts, std::unique_ptr<Snapshot> first);
    ~Backups();
    Backups(const Backups&) = delete;
    Backups& operator=(const Backups&) = delete;

    /// Asks for one of now; its run. One that waits already serves all who ask meanwhile.
    [[nodiscard]] std::uint64_t request();
    /// Nothing when it was long ago.
    [[nodiscard]] std::optional<BackupRun> run(std::uint64_t id) const;
    [[nodiscard]] BackupFigures figures() const;

    [[nodiscard]] const BackupSettings& settings() const { return parts_.settings; }

    /// While it is held, none is made and none is removed. Waits for the one under way.
    [[nodiscard]] std::unique_lock<std::mutex> hold() { return std::unique_lock(making_); }

    /// Ends the one under way, which leaves nothing behind.
    void stop();

private:
    struct Next {
        BackupRun run;
        std::unique_ptr<Snapshot> snapshot;  // null: to be taken
    };

    void loop();
    /// Waits for what is asked for or due; nothing: stop.
    [[nodiscard]] std::optional<Next> wait();
    void make(Next next);
    [[nodiscard]] Backup make_one(Next& next);
    void update(const BackupRun& run);
    void end(BackupRun run);
    void rotate(const BackupFolder& folder);
    void tell_journal(const BackupFolder& folder) const;
    [[nodiscard]] BackupRun new_run(BackupKind kind);

    using Clock = std::chrono::steady_clock;

    const Parts parts_;
    std::unique_ptr<Snapshot> first_;  // the thread's, once it runs
    std::mutex making_;

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::deque<BackupRun> runs_;  // the last ones, by id
    std::optional<std::uint64_t> asked_;
    std::optional<Backup> last_good_;
    std::optional<BackupRun> last_failure_;
    std::uint64_t last_id_ = 0;
    Clock::time_point due_;
    bool stopping_ = false;

    std::thread thread_;
};

}  // namespace drawbridge::store
