// The journal of a running instance. A fact is in the file, and synced, before the transaction that
// makes it true is committed: so nothing is acknowledged that the journal does not know. What a
// transaction that came to nothing has left in it is taken back before the next one; after a crash
// in between it is re-applied by the next start, so an action that nobody was told the end of has
// then happened.
#pragma once

#include "store/journal_file.h"
#include "store/writer.h"

#include <atomic>
#include <cstdint>

namespace drawbridge::store {

/// Built before the store thread starts, then used on it alone, but for `needed_after`.
class Journal {
public:
    /// `last` is the last number in the file and in the database.
    Journal(JournalFile file, std::uint64_t last);

    /// First in every transaction. Throws StoreError.
    void begun();
    /// Last before the commit: writes and syncs the facts of this transaction, if there are any.
    /// Throws StoreError.
    void ending(Database& database);
    /// After the commit.
    void committed();

    /// Any thread: all backups know the records up to this one, so they may go.
    void needed_after(std::uint64_t number) { needed_after_ = number; }

    /// For `key rotate`. Store thread.
    [[nodiscard]] JournalFile& file() { return file_; }

private:
    void drop_old();

    JournalFile file_;
    std::uint64_t settled_;  // the last number that was committed
    std::uint64_t written_;  // the last number that may stand in the file
    std::atomic<std::uint64_t> needed_after_{0};
};

/// A new journal of this database, from its present state on; its file takes the place of what is
/// there. In the transaction, or before it begins. Throws std::runtime_error.
JournalFile begin_journal(
    Database& database,
    const std::filesystem::path& file,
    const MasterKey& master,
    base::UnixMs now
);

/// `hooks` with the journal around them.
[[nodiscard]] TransactionHooks with_journal(TransactionHooks hooks, Journal& journal);

/// The journal whose records this database holds; nothing before it had one.
[[nodiscard]] std::optional<JournalId> journal_id_of(Database& database);

}  // namespace drawbridge::store
