// The journal beside the database of a data folder, and whether the two belong together. A database
// that knows a journal is never opened without it: it may be an old copy, and what was revoked or
// lifted since would come back.
#pragma once

#include "base/clock.h"
#include "daemon/data_folder.h"
#include "store/journal.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace drawbridge::daemon {

/// A journal that covers all since the state of a database.
struct CoveringJournal {
    store::JournalFile file;
    store::JournalContent content;
};

/// How far a journal must go.
struct JournalEnd {
    enum Kind {
        known,    // the database is the one that it was written beside
        unknown,  // the database is a backup
    };

    Kind kind = known;
    std::uint64_t at_least = 0;  // beside what the database knows
};

/// Throws store::JournalError with what is wrong: missing, of another database, altered, too short,
/// or begun too late.
[[nodiscard]] CoveringJournal require_journal(
    const std::filesystem::path& file,
    store::Database& database,
    const store::MasterKey& master,
    const JournalEnd& end
);

struct OpenedJournal {
    std::unique_ptr<store::Journal> journal;
    bool is_new = false;  // no backup made so far can be restored with it
};

/// At start, after the migrations: re-applies what the database lacks, or begins a journal for one
/// that has none yet, or, with `begin_anew`, has lost it. Throws std::runtime_error with the next
/// step.
[[nodiscard]] OpenedJournal open_journal(
    const DataFolder& folder,
    store::Database& database,
    const store::MasterKey& master,
    bool begin_anew
);

/// Empty, or what is wrong between the database and the journal beside it, in a sentence.
[[nodiscard]] std::string journal_problem(
    const DataFolder& folder,
    store::Database& database,
    const store::MasterKey& master
);

/// UTC, for names of files.
[[nodiscard]] std::string file_stamp(base::UnixMs now);

}  // namespace drawbridge::daemon
