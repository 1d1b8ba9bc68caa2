#include "store/backups.h"

#include "base/clock.h"
#include "base/log.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drawbridge::store {
namespace {

constexpr std::size_t kRunsKept = 32;
constexpr base::UnixMs kRetryMs = 5 * base::kMinuteMs;

/// Ends the making of a backup because the daemon stops.
class Stopped : public std::runtime_error {
public:
    Stopped() : std::runtime_error("the daemon is stopping") {}
};

BackupRun::State state_of(BackupStage stage) {
    switch (stage) {
        case BackupStage::copying: return BackupRun::State::copying;
        case BackupStage::packing: return BackupRun::State::packing;
        case BackupStage::verifying: return BackupRun::State::verifying;
    }
    return BackupRun::State::copying;
}

// A folder that cannot be looked into is no reason not to serve; the first backup will say why.
std::optional<Backup> newest_good(const BackupFolder& folder) {
    try {
        for (auto& backup : folder.list()) {
            if (backup.problem.empty()) return std::move(backup);
        }
    } catch (const std::exception& error) {
        base::log_error("backup folder not readable: {}", error.what());
    }
    return std::nullopt;
}

}  // namespace

std::string_view backup_state_name(BackupRun::State state) {
    switch (state) {
        case BackupRun::State::waiting: return "waiting";
        case BackupRun::State::copying: return "copying";
        case BackupRun::State::packing: return "packing";
        case BackupRun::State::verifying: return "verifying";
        case BackupRun::State::done: return "done";
        case BackupRun::State::failed: return "failed";
    }
    return "unknown";
}

Backups::Backups(Parts parts, std::unique_ptr<Snapshot> first)
    : parts_(std::move(parts)),
      first_(std::move(first)),
      last_good_(newest_good(BackupFolder(parts_.settings.folder))),
      due_(Clock::now() + std::chrono::milliseconds(parts_.settings.interval_ms)) {
    if (first_) (void)new_run(BackupKind::start);  // whoever asks for the status sees it
    thread_ = std::thread([this] { loop(); });
}

Backups::~Backups() {
    stop();
}

std::uint64_t Backups::request() {
    const std::lock_guard lock(mutex_);
    if (!asked_) asked_ = new_run(BackupKind::asked).id;
    wake_.notify_one();
    return *asked_;
}

// With the lock held.
BackupRun Backups::new_run(BackupKind kind) {
    BackupRun run;
    run.id = ++last_id_;
    run.kind = kind;
    run.started_at = base::unix_ms();
    runs_.push_back(run);
    if (runs_.size() > kRunsKept) runs_.pop_front();
    return run;
}

std::optional<BackupRun> Backups::run(std::uint64_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(runs_, id, &BackupRun::id);
    if (found == runs_.end()) return std::nullopt;
    return *found;
}

BackupFigures Backups::figures() const {
    const std::lock_guard lock(mutex_);
    BackupFigures figures{last_good_, last_failure_, std::nullopt};
    const auto current = std::ranges::find(runs_, false, &BackupRun::has_ended);
    if (current != runs_.end()) figures.current = *current;
    return figures;
}

void Backups::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Backups::loop() {
    while (auto next = wait()) {
        make(std::move(*next));
    }
    first_.reset();
}

std::optional<Backups::Next> Backups::wait() {
    std::unique_lock lock(mutex_);
    if (first_ && !stopping_) return Next{runs_.front(), std::move(first_)};
    const auto awaited = [this] { return stopping_ || asked_; };
    if (parts_.settings.interval_ms > 0) {
        wake_.wait_until(lock, due_, awaited);
    } else {
        wake_.wait(lock, awaited);
    }
    if (stopping_) return std::nullopt;
    if (!asked_) return Next{new_run(BackupKind::scheduled), nullptr};
    const auto run = std::ranges::find(runs_, *std::exchange(asked_, std::nullopt), &BackupRun::id);
    return Next{*run, nullptr};
}

void Backups::make(Next next) {
    auto wait_ms = parts_.settings.interval_ms;
    try {
        auto backup = make_one(next);
        next.run.state = BackupRun::State::done;
        base::log_info(
            "backup made file={} bytes={} ms={}",
            backup.file.filename().string(),
            backup.size,
            base::unix_ms() - next.run.started_at
        );
        next.run.backup = std::move(backup);
    } catch (const Stopped&) {
        return;
    } catch (const std::exception& error) {
        next.run.state = BackupRun::State::failed;
        next.run.problem = error.what();
        wait_ms = std::min(kRetryMs, wait_ms);
        base::log_error("backup failed reason=\"{}\"", error.what());
    }
    end(std::move(next.run));
    const std::lock_guard lock(mutex_);
    due_ = Clock::now() + std::chrono::milliseconds(wait_ms);
}

Backup Backups::make_one(Next& next) {
    const std::lock_guard lock(making_);
    const BackupFolder folder(parts_.settings.folder);
    if (!next.snapshot) {
        next.snapshot = std::make_unique<Snapshot>(parts_.database, base::unix_ms());
    }
    auto run = next.run;
    const auto progress = [&](BackupStage stage, std::uint64_t done, std::uint64_t total) {
        run.state = state_of(stage);
        run.done = done;
        run.total = total;
        update(run);
    };
    const auto master = parts_.master_key();
    auto backup = folder.make(std::move(next.snapshot), run.kind, master, progress);
    rotate(folder);
    return backup;
}

// A file too many does not make the new backup a failed one.
void Backups::rotate(const BackupFolder& folder) {
    try {
        for (const auto& file : folder.rotate(parts_.settings.keep)) {
            base::log_info("backup removed file={}", file.filename().string());
        }
        tell_journal(folder);
    } catch (const std::exception& error) {
        base::log_error("backup rotation failed reason=\"{}\"", error.what());
    }
}

void Backups::tell_journal(const BackupFolder& folder) const {
    if (!parts_.journal_needed_after) return;
    std::optional<std::uint64_t> oldest;
    for (const auto& backup : folder.list()) {
        if (!backup.problem.empty()) return;  // it may be the oldest
        oldest = std::min(oldest.value_or(backup.facts.journal), backup.facts.journal);
    }
    if (oldest) parts_.journal_needed_after(*oldest);
}

void Backups::update(const BackupRun& run) {
    const std::lock_guard lock(mutex_);
    if (stopping_) throw Stopped();
    const auto found = std::ranges::find(runs_, run.id, &BackupRun::id);
    if (found != runs_.end()) *found = run;
}

void Backups::end(BackupRun run) {
    run.ended_at = base::unix_ms();
    const std::lock_guard lock(mutex_);
    if (run.state == BackupRun::State::done) {
        last_good_ = run.backup;
        last_failure_.reset();
    } else {
        last_failure_ = run;
    }
    const auto found = std::ranges::find(runs_, run.id, &BackupRun::id);
    if (found != runs_.end()) *found = std::move(run);
}

}  // namespace drawbridge::store
