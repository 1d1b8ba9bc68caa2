// `drawbridgectl backup restore`: a backup becomes the database of a data folder, without undoing
// what may never come back. No daemon runs there meanwhile.
#pragma once

#include "base/clock.h"
#include "daemon/check.h"
#include "daemon/data_folder.h"
#include "daemon/reapply.h"
#include "store/backup_folder.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace drawbridge::daemon {

/// It could be done, but must be asked for, or is in the way of something: with what to do.
class RestoreRefused : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct RestoreRequest {
    std::filesystem::path backup;
    DataFolder target{{}};          // made when it is missing
    std::filesystem::path journal;  // to re-apply; empty: the target's own
    std::uint64_t known = 0;        // the journal had at least this record, says another backup
    std::string reason;             // for the audit
    bool force = false;             // a database that is there gives way
    bool without_journal = false;   // what it does not cover may come back
};

struct RestoreReport {
    store::BackupFacts facts;
    Reapplied reapplied;
    std::string uncovered;  // why the journal does not cover all since the backup; empty: it does
    std::vector<std::string> without_secret;  // names of servers
    std::filesystem::path kept;               // the database that was there; empty: none was
    bool new_admin_token = false;             // in admin.token: no other works any more
    CheckReport check;
};

/// Until its last step, which is a rename, nothing of the target is changed but its lock. Throws
/// RestoreRefused, store::BackupError, or std::runtime_error.
[[nodiscard]] RestoreReport restore(
    const RestoreRequest& request,
    const store::MasterKey& master,
    const store::Progress& progress
);

}  // namespace drawbridge::daemon
