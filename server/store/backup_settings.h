// What an operator says about backups: the [backup] section of the configuration. Values.
#pragma once

#include "base/clock.h"

#include <filesystem>

namespace drawbridge::store {

/// The newest backup of each of the last so many hours, days and weeks that have one.
struct BackupKeep {
    unsigned hourly = 24;
    unsigned daily = 7;
    unsigned weekly = 4;

    friend bool operator==(const BackupKeep&, const BackupKeep&) = default;
};

struct BackupSettings {
    std::filesystem::path folder;
    base::UnixMs interval_ms = base::kHourMs;  // 0: none on a schedule
    BackupKeep keep;

    friend bool operator==(const BackupSettings&, const BackupSettings&) = default;
};

}  // namespace drawbridge::store
