#include "daemon/open_store.h"

#include "base/log.h"
#include "daemon/open_journal.h"
#include "store/key_rotation.h"
#include "store/log_check.h"
#include "store/migrations.h"

#include <fmt/format.h>

#include <stdexcept>

namespace drawbridge::daemon {
namespace {

void require_database(const DataFolder& folder) {
    if (std::filesystem::exists(folder.database())) return;
    throw std::runtime_error(
        fmt::format("{} is missing: restore a backup", folder.database().string())
    );
}

// SQLite would take what comes before the damage, and forget what follows it.
void require_whole_log(const DataFolder& folder) {
    if (const auto damage = store::log_damage(folder.database_log())) {
        throw std::runtime_error(*damage);
    }
}

// A connection that may write would already empty the WAL into the file.
bool needs_migration(const DataFolder& folder, const store::MasterKey& master) {
    store::Database database(folder.database(), store::Database::Mode::read_only);
    store::require_migratable(database, master);
    return !store::is_migrated(database);
}

void back_up_before_migration(
    const DataFolder& folder,
    const config::Config& config,
    const store::MasterKey& master
) {
    base::log_info("backup before the migration of the database");
    auto snapshot = std::make_unique<store::Snapshot>(folder.database(), base::unix_ms());
    const store::BackupFolder backups(config.backup.folder);
    const auto backup =
        backups.make(std::move(snapshot), store::BackupKind::migration, master, nullptr);
    base::log_info("backup made file={} bytes={}", backup.file.filename().string(), backup.size);
}

}  // namespace

OpenedStore open_store(
    const DataFolder& folder,
    const config::Config& config,
    const store::MasterKey& master,
    bool begin_journal_anew
) {
    require_database(folder);
    require_whole_log(folder);
    OpenedStore opened;
    if (needs_migration(folder, master)) {
        back_up_before_migration(folder, config, master);
    } else {
        opened.found = std::make_unique<store::Snapshot>(folder.database(), base::unix_ms());
    }
    opened.database =
        std::make_unique<store::Database>(folder.database(), store::Database::Mode::read_write);
    store::migrate(*opened.database, master);
    const store::BackupFolder backups(config.backup.folder);
    store::settle_rotation_at_start(*opened.database, backups, master, folder.master_key());
    auto journal = open_journal(folder, *opened.database, master, begin_journal_anew);
    opened.journal = std::move(journal.journal);
    // The first that the new journal covers; nothing else has been written.
    if (journal.is_new) {
        opened.found = std::make_unique<store::Snapshot>(folder.database(), base::unix_ms());
    }
    return opened;
}

}  // namespace drawbridge::daemon
