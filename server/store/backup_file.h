// A backup as a file: header (store/backup_header.h), then the database file, compressed by zstd,
// as a sealed chunk stream (store/chunk_stream.h) that is bound to the header's facts.
#pragma once

#include "store/backup_header.h"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace drawbridge::store {

/// Called between pieces of work with what is done and what there is to do, in bytes. May throw to
/// end the work.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// The key of one backup's content, and the master key that wraps it in the header.
struct BackupKeys {
    /// A new random file key.
    explicit BackupKeys(const MasterKey& its_master);

    const MasterKey& master;
    Secret file;
};

/// The key of this backup's content. Throws BackupError when `master` does not open it.
[[nodiscard]] Secret backup_file_key(const std::filesystem::path& packed, const MasterKey& master);

/// Packs `plain` (of `facts.plain_size` bytes) into the new file `packed`, fsynced.
void pack_backup(
    const std::filesystem::path& plain,
    const std::filesystem::path& packed,
    const BackupFacts& facts,
    const BackupKeys& keys,
    const Progress& progress
);

/// The reverse, into the new file `plain`, not fsynced. Throws BackupError, and `plain` is then
/// not to be used.
BackupFacts unpack_backup(
    const std::filesystem::path& packed,
    const std::filesystem::path& plain,
    const MasterKey& master,
    const Progress& progress
);

/// The facts of a file, not yet authenticated. Throws BackupError.
[[nodiscard]] BackupFacts read_backup_facts(const std::filesystem::path& packed);

}  // namespace drawbridge::store
