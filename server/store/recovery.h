// The connection that writes, and its way back after an I/O error. After a failed sync nobody knows
// what of the file is on the disk, so nothing more is committed until the file was opened anew,
// looked through, and found to hold all that had been committed. The proof is a counter in `meta`
// that every transaction with an effect moves on; this object remembers where it must stand.
#pragma once

#include "store/database.h"

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace drawbridge::store {

/// The database is damaged or lacks what had been committed: only a backup helps. The text is a
/// sentence for the operator.
class Damaged : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Store thread only.
class WritingConnection {
public:
    /// `database` holds table `meta`, else nothing can be counted. Throws StoreError.
    explicit WritingConnection(std::unique_ptr<Database> database);

    /// Not between a failure of `recover` and its success.
    [[nodiscard]] Database& database() { return *database_; }

    void begin();
    /// Commits and counts. Throws StoreError: then `roll_back`.
    void commit();
    void roll_back();

    /// After a fault of kind `io` or `damaged`: opens the file anew and checks it, `thoroughly`
    /// with every index. Throws Damaged, or StoreError when it cannot be read, written or synced
    /// yet: try again later.
    void recover(bool thoroughly);

    /// Transactions with an effect since the database was made.
    [[nodiscard]] std::uint64_t commits() const { return commits_; }

private:
    void commit_counted();
    void reopen_and_check(bool thoroughly);
    void require_all_committed();
    void require_sound(bool thoroughly);

    const std::filesystem::path file_;
    std::unique_ptr<Database> database_;
    std::uint64_t commits_;
    std::int64_t changes_before_ = 0;  // of the transaction under way
};

}  // namespace drawbridge::store
