#include "store/backup_folder.h"

#include "store/free_space.h"
#include "store/key_rotation.h"
#include "store/meta.h"
#include "store/migrations.h"
#include "store/workspace.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace drawbridge::store {
namespace {

constexpr std::string_view kSuffix = ".backup";

std::string file_name(const BackupFacts& facts) {
    const auto seconds = std::chrono::sys_seconds(std::chrono::seconds(facts.created_at / 1000));
    const auto time = std::chrono::system_clock::to_time_t(seconds);
    return fmt::format(
        "drawbridge-{:06}-{:%Y%m%dT%H%M%SZ}{}",
        facts.number,
        fmt::gmtime(time),
        kSuffix
    );
}

std::uint64_t next_number(const std::vector<Backup>& backups) {
    return backups.empty() ? 1 : backups.front().facts.number + 1;
}

void require_undamaged(Database& database) {
    try {
        const auto problems = quick_check(database);
        if (problems.empty()) return;
        throw BackupError("the database in it is damaged: " + problems.front());
    } catch (const StoreError& error) {
        if (error.is_unavailable()) throw;
        throw BackupError(fmt::format("the database in it is damaged: {}", error.what()));
    }
}

/// Of a database file that is ours to change: its keys go from the backup's file key to the master
/// key of today.
void require_sound(
    const std::filesystem::path& file,
    const BackupFacts& facts,
    const MasterKey& file_key,
    const MasterKey& master
) {
    Database database(file, Database::Mode::read_write);
    require_undamaged(database);
    hand_over_keys(database, file_key, master);
    const auto id = read_meta(database, meta::kDatabaseId);
    const bool same = id && std::ranges::equal(*id, facts.database_id) &&
                      schema_of(database) == static_cast<int>(facts.schema) &&
                      read_meta_number(database, meta::kJournal) == facts.journal;
    if (!same) throw BackupError("its header does not go with the database in it");
}

BackupFacts verify_in(
    const Workspace& workspace,
    const std::filesystem::path& file,
    const MasterKey& master,
    const Progress& progress
) {
    const auto plain = workspace / "verified.db";
    const auto facts = unpack_sound_backup(file, plain, master, progress);
    std::filesystem::remove(plain);
    return facts;
}

/// Hands on what is done, and ends the work before it takes the space that others need.
Progress guarded(const SpaceGuard& space, const StageProgress& progress, BackupStage stage) {
    return [&space, &progress, stage](std::uint64_t done, std::uint64_t total) {
        space.require_margin();
        if (progress) progress(stage, done, total);
    };
}

}  // namespace

Backup describe_backup_file(const std::filesystem::path& file) {
    Backup backup;
    backup.file = file;
    try {
        backup.size = std::filesystem::file_size(file);
        backup.facts = read_backup_facts(file);
    } catch (const std::runtime_error& error) {
        backup.problem = error.what();
    }
    return backup;
}

void BackupFolder::prepare() const {
    std::filesystem::create_directories(path_);
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
    Workspace::remove_abandoned(path_);
}

std::vector<Backup> BackupFolder::list() const {
    std::vector<Backup> backups;
    if (!std::filesystem::exists(path_)) return backups;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
        if (entry.path().extension() != kSuffix) continue;
        backups.push_back(describe_backup_file(entry.path()));
    }
    std::ranges::sort(backups, std::ranges::greater(), [](const Backup& backup) {
        return std::pair(backup.facts.number, backup.file.string());
    });
    return backups;
}

Backup BackupFolder::make(
    std::unique_ptr<Snapshot> snapshot,
    BackupKind kind,
    const MasterKey& master,
    const StageProgress& progress
) const {
    prepare();
    auto facts = snapshot->facts();
    facts.number = next_number(list());
    facts.kind = kind;
    // The copy and what it is packed into stand side by side, then that and its verification.
    const SpaceGuard space(path_);
    space.require(2 * facts.plain_size);
    const Workspace workspace(path_);
    const auto copy = workspace / "copy.db";
    const auto name = file_name(facts);
    const auto packed = workspace / name.c_str();
    snapshot->copy_to(copy, guarded(space, progress, BackupStage::copying));
    snapshot.reset();
    const BackupKeys keys(master);
    {
        Database database(copy, Database::Mode::read_write);
        hand_over_keys(database, master, MasterKey(keys.file));
    }
    pack_backup(copy, packed, facts, keys, guarded(space, progress, BackupStage::packing));
    std::filesystem::remove(copy);
    verify_in(workspace, packed, master, guarded(space, progress, BackupStage::verifying));
    const auto file = path_ / name;
    std::filesystem::rename(packed, file);
    sync_folder(path_);
    return describe_backup_file(file);
}

std::vector<std::filesystem::path> BackupFolder::rotate(const BackupKeep& keep) const {
    auto backups = list();
    std::erase_if(backups, [](const Backup& backup) { return !backup.problem.empty(); });
    std::vector<BackupFacts> facts;
    std::ranges::transform(backups, std::back_inserter(facts), &Backup::facts);
    const auto surplus = surplus_backups(facts, keep);
    std::vector<std::filesystem::path> removed;
    for (const auto& backup : backups) {
        if (std::ranges::find(surplus, backup.facts.number) == surplus.end()) continue;
        std::filesystem::remove(backup.file);
        removed.push_back(backup.file);
    }
    if (!removed.empty()) sync_folder(path_);
    return removed;
}

BackupFacts unpack_sound_backup(
    const std::filesystem::path& file,
    const std::filesystem::path& plain,
    const MasterKey& master,
    const Progress& progress
) {
    const auto facts = unpack_backup(file, plain, master, progress);
    try {
        require_sound(plain, facts, MasterKey(backup_file_key(file, master)), master);
    } catch (const std::runtime_error& error) {
        throw BackupError(fmt::format("{}: {}", file.filename().string(), error.what()));
    }
    return facts;
}

BackupFacts verify_backup(
    const std::filesystem::path& file,
    const MasterKey& master,
    const Progress& progress
) {
    const Workspace workspace(file.has_parent_path() ? file.parent_path() : ".");
    return verify_in(workspace, file, master, progress);
}

}  // namespace drawbridge::store
