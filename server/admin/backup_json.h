// Backups as JSON, the same whether the daemon answers or drawbridgectl looks into the folder. For
// the .cpp files of admin/ and ctl/ only.
#pragma once

#include "store/backups.h"

#include <boost/json.hpp>

namespace drawbridge::admin {

[[nodiscard]] boost::json::object describe_backup(const store::Backup& backup);
[[nodiscard]] boost::json::object describe_run(const store::BackupRun& run);
[[nodiscard]] boost::json::object describe_backup_list(const std::vector<store::Backup>& backups);

}  // namespace drawbridge::admin
