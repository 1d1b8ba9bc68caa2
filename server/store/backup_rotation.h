// Which backups stay. Pure: times are Unix milliseconds, hours, days and weeks those of UTC.
#pragma once

#include "store/backup_header.h"
#include "store/backup_settings.h"

#include <span>
#include <vector>

namespace drawbridge::store {

/// Numbers of those to remove. `newest_first` by number; the first always stays. What was asked
/// for, and what a migration was preceded by, stays until `weekly` weeks have a newer one. None but
/// the first is older, counted from the first, than the longest of the three reaches back.
[[nodiscard]] std::vector<std::uint64_t>
surplus_backups(std::span<const BackupFacts> newest_first, const BackupKeep& keep);

}  // namespace drawbridge::store
