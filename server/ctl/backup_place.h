// Where a backup and the key that opens it are, from the command line and the data folder. Looked
// at directly: no daemon is asked.
#pragma once

#include "ctl/connection.h"
#include "daemon/data_folder.h"
#include "store/master_key.h"

#include <filesystem>
#include <string>

namespace drawbridge::ctl {

/// The backup folder that the configuration in --data names. Throws Failure.
[[nodiscard]] std::filesystem::path backup_folder(const Place& place);

/// A file, a name or a number in the backup folder, or `latest`. Throws Failure.
[[nodiscard]] std::filesystem::path find_backup(const Place& place, const std::string& name);

/// `file` when it is given, else the one of --data. Throws Failure.
[[nodiscard]] store::MasterKey find_master_key(const Place& place, const std::string& file);

/// `file` when it is given, else the one of --data, else the one of the folder to restore to.
/// Throws Failure.
[[nodiscard]] store::MasterKey
find_master_key(const Place& place, const daemon::DataFolder& target, const std::string& file);

/// Of the folder to restore to when there is one, else of --data: a path, also of a missing file.
[[nodiscard]] std::filesystem::path
find_journal(const Place& place, const daemon::DataFolder& target);

}  // namespace drawbridge::ctl
