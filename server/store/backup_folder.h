// The folder that holds the backups of one instance. A file has its name there only when it was
// read back and found sound, so whatever has one counts.
#pragma once

#include "store/backup_file.h"
#include "store/backup_rotation.h"
#include "store/snapshot.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::store {

/// One file of the folder. What its header says is authenticated by `verify` only.
struct Backup {
    std::filesystem::path file;
    std::uint64_t size = 0;
    BackupFacts facts;
    std::string problem;  // not empty: no facts could be read, for this reason
};

/// Stages of making one, for whoever waits.
enum class BackupStage { copying, packing, verifying };
using StageProgress = std::function<void(BackupStage, std::uint64_t done, std::uint64_t total)>;

/// Holds no state but the path. One maker at a time; listing and verifying may run beside it, also
/// in another process. Throws std::runtime_error, BackupError or StoreError.
class BackupFolder {
public:
    explicit BackupFolder(std::filesystem::path path) : path_(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Makes the folder (0700) when it is missing and removes what a crash left unfinished.
    void prepare() const;
    /// Newest first; empty when the folder is missing.
    [[nodiscard]] std::vector<Backup> list() const;
    /// Copies, packs, reads back, and only then gives it its name. Lets go of the snapshot as soon
    /// as it is copied. What was written is removed when it throws.
    [[nodiscard]] Backup make(
        std::unique_ptr<Snapshot> snapshot,
        BackupKind kind,
        const MasterKey& master,
        const StageProgress& progress
    ) const;
    /// Removes what `keep` does not ask for; the files removed.
    std::vector<std::filesystem::path> rotate(const BackupKeep& keep) const;

private:
    std::filesystem::path path_;
};

/// One file, wherever it is; what cannot be read is its problem.
[[nodiscard]] Backup describe_backup_file(const std::filesystem::path& file);

/// Unpacks `file` into the new file `plain`, not fsynced, and checks the database in it. Throws
/// BackupError with what is wrong, and `plain` is then not to be used.
BackupFacts unpack_sound_backup(
    const std::filesystem::path& file,
    const std::filesystem::path& plain,
    const MasterKey& master,
    const Progress& progress
);

/// Unpacks `file` beside itself and checks the database in it. Throws BackupError with what is
/// wrong.
BackupFacts
verify_backup(const std::filesystem::path& file, const MasterKey& master, const Progress& progress);

}  // namespace drawbridge::store
