// Another master key. Until its file is in place every key stands wrapped twice: each key of the
// ring in both rows of the table `keyring`, the key of each backup in both slots of its header. So
// whichever of the two key files a crash leaves opens everything; what it does not open is then
// erased (`settle_*`), which either ends the rotation or takes it back.
#pragma once

#include "base/clock.h"
#include "store/backup_folder.h"
#include "store/database.h"
#include "store/master_key.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::store {

/// Row 2 of the ring is in use: a rotation was begun and neither ended nor taken back.
[[nodiscard]] bool is_rotation_pending(Database& database);

/// In a transaction: all keys of the ring, wrapped by `next`, in row 2.
void wrap_ring(Database& database, const MasterKey& current, const MasterKey& next);

/// What has become of the rotation.
enum class Settled { ended, taken_back };

/// In a transaction: row 1 as `in_place` opens it, zeros over row 2. The old wraps are gone from
/// the file with the next Database::truncate_log. Throws std::runtime_error when neither row opens.
Settled settle_ring(Database& database, const MasterKey& in_place);

/// As the audit calls it.
[[nodiscard]] std::string_view settled_action(Settled settled);
/// In the same transaction: since when the master key is this one.
void note_settled(Database& database, Settled settled, base::UnixMs now);

/// At start, before the keys are loaded: settles what a crash has left of a rotation, if there is
/// anything. `in_place` opens the database. Throws std::runtime_error.
void settle_rotation_at_start(
    Database& database,
    const BackupFolder& folder,
    const MasterKey& in_place,
    const std::filesystem::path& key_file
);

/// What rewrapping has come to.
struct RewrappedBackups {
    int done = 0;
    std::vector<std::string> foreign;  // of another master key, or damaged: left as they are
};

/// The file key of each backup is wrapped by `next` too, in the slot that `current` does not use;
/// durable. Nothing else may work in the folder. Throws std::runtime_error.
RewrappedBackups
wrap_backups(const BackupFolder& folder, const MasterKey& current, const MasterKey& next);

/// Zeros over the slots that `in_place` does not open, where it opens the other; durable.
void settle_backups(const BackupFolder& folder, const MasterKey& in_place);

/// Removes what a crash left of writing `key_file`: a key that was never in use.
void remove_unfinished_key_files(const std::filesystem::path& key_file);

/// All wraps of a database that is no instance's but a copy of ours: from `from` to `to`, in
/// transactions of its own; the file holds no other wrap afterwards. A backup's copy is wrapped by
/// its file key, so that the master key, whichever it is by then, opens it through the header. Does
/// nothing when `to` opens it already.
void hand_over_keys(Database& database, const MasterKey& from, const MasterKey& to);

}  // namespace drawbridge::store
