// Opening the database at start, so that nothing is changed before there is a way back.
#pragma once

#include "config/config.h"
#include "daemon/data_folder.h"
#include "store/backup_folder.h"
#include "store/database.h"
#include "store/journal.h"
#include "store/snapshot.h"

#include <memory>

namespace drawbridge::daemon {

struct OpenedStore {
    std::unique_ptr<store::Database> database;  // of the newest schema
    /// As it was found, to be copied beside the service; null when it was migrated, since that was
    /// preceded by a backup already.
    std::unique_ptr<store::Snapshot> found;
    std::unique_ptr<store::Journal> journal;
};

/// Fixes the moment that the first backup holds, then opens. A migration waits for a backup that
/// was read back. What the journal knows and the database does not is re-applied. Throws
/// std::runtime_error with the next step.
[[nodiscard]] OpenedStore open_store(
    const DataFolder& folder,
    const config::Config& config,
    const store::MasterKey& master,
    bool begin_journal_anew = false
);

}  // namespace drawbridge::daemon
