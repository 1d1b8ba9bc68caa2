// A moment of the database, held by a read transaction while others go on writing, and its copy
// into a file. Without the transaction SQLite's online backup begins anew with every commit.
#pragma once

#include "store/backup_file.h"
#include "store/database.h"

#include <filesystem>

namespace drawbridge::store {

/// Fixed from construction to destruction. Meanwhile the write-ahead log is not emptied, so keep it
/// no longer than needed. One thread at a time. Throws StoreError.
class Snapshot {
public:
    Snapshot(const std::filesystem::path& database, base::UnixMs now);

    /// All but number and kind, which come with the folder it goes to.
    [[nodiscard]] const BackupFacts& facts() const { return facts_; }

    /// Into the new file `file`, 0600, with no log beside it, not fsynced.
    void copy_to(const std::filesystem::path& file, const Progress& progress);

private:
    Database database_;
    BackupFacts facts_;
};

}  // namespace drawbridge::store
