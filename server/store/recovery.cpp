#include "store/recovery.h"

#include "base/log.h"
#include "store/meta.h"
#include "store/migrations.h"

#include <fmt/format.h>

#include <string>

namespace drawbridge::store {
WritingConnection::WritingConnection(std::unique_ptr<Database> database)
    : file_(database->file()),
      database_(std::move(database)),
      commits_(read_meta_number(*database_, meta::kCommits)) {}

void WritingConnection::begin() {
    database_->query("BEGIN IMMEDIATE").run();
    changes_before_ = database_->rows_changed();
}

void WritingConnection::commit() {
    if (database_->rows_changed() != changes_before_) return commit_counted();
    database_->query("COMMIT").run();
}

void WritingConnection::commit_counted() {
    write_meta(*database_, meta::kCommits, as_bytes(std::to_string(commits_ + 1)));
    database_->query("COMMIT").run();
    ++commits_;
}

void WritingConnection::roll_back() {
    if (!database_->in_transaction()) return;
    try {
        database_->query("ROLLBACK").run();
    } catch (const StoreError& error) {
        base::log_error("store rollback_failed reason=\"{}\"", error.what());
    }
}

void WritingConnection::recover(bool thoroughly) {
    try {
        reopen_and_check(thoroughly);
    } catch (const StoreError& error) {
        if (error.fault != Fault::damaged) throw;
        throw Damaged(
            fmt::format("{} is damaged ({}): restore a backup", file_.string(), error.what())
        );
    }
}

void WritingConnection::reopen_and_check(bool thoroughly) {
    if (!std::filesystem::exists(file_)) {
        throw Damaged(fmt::format("{} is gone: restore a backup", file_.string()));
    }
    // Beside the old connection, so that the log's index outlives it: the transaction that failed
    // stays out of sight although its pages may stand in the log.
    auto beside = std::make_unique<Database>(file_, Database::Mode::read_write);
    (void)read_meta_number(*beside, meta::kCommits);
    database_ = std::move(beside);
    require_all_committed();
    // A transaction of the counter alone takes that one's place in the log, so that no later
    // reading brings it back; moving all pages to the file shows that it can be written and synced.
    begin();
    commit_counted();
    database_->checkpoint();
    // As a start would find it: with no other connection, the index is made anew from the log.
    database_.reset();
    database_ = std::make_unique<Database>(file_, Database::Mode::read_write);
    require_all_committed();
    require_sound(thoroughly);
}

void WritingConnection::require_all_committed() {
    const auto found = read_meta_number(*database_, meta::kCommits);
    if (found == commits_) return;
    throw Damaged(fmt::format(
        "{} holds transaction {} as its last, but {} were committed: restore a backup",
        file_.string(),
        found,
        commits_
    ));
}

void WritingConnection::require_sound(bool thoroughly) {
    const auto problems = thoroughly ? integrity_check(*database_) : quick_check(*database_);
    if (problems.empty()) return;
    throw Damaged(
        fmt::format("{} is damaged ({}): restore a backup", file_.string(), problems.front())
    );
}

}  // namespace drawbridge::store
