#include "daemon/open_journal.h"

#include "bans/list_master.h"
#include "base/log.h"
#include "daemon/reapply.h"
#include "store/audit.h"
#include "store/files.h"
#include "store/meta.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>

namespace drawbridge::daemon {
namespace {

namespace fs = std::filesystem;

/// Undone unless committed.
class Transaction {
public:
    explicit Transaction(store::Database& database) : database_(database) {
        database_.execute("BEGIN IMMEDIATE;");
    }

    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    ~Transaction() {
        try {
            if (database_.in_transaction()) database_.execute("ROLLBACK;");
        } catch (const store::StoreError& error) {
            base::log_error("store rollback_failed reason=\"{}\"", error.what());
        }
    }

    void commit() { database_.execute("COMMIT;"); }

private:
    store::Database& database_;
};

/// The database is as it was before one transaction that had written these records and was not
/// committed: nobody has seen anything newer of it.
bool is_interrupted_commit(std::span<const store::JournalRecord> missing, std::uint64_t commits) {
    return std::ranges::all_of(missing, [&](const store::JournalRecord& record) {
        return record.commit == commits + 1;
    });
}

void reapply_missing(
    const DataFolder& folder,
    store::Database& database,
    const store::MasterKey& master,
    const store::JournalContent& content
) {
    const auto known = store::read_meta_number(database, store::meta::kJournal);
    const auto first = std::ranges::find_if(content.records, [&](const auto& record) {
        return record.number > known;
    });
    const std::span<const store::JournalRecord> missing(first, content.records.end());
    if (missing.empty()) return;
    const auto commits = store::read_meta_number(database, store::meta::kCommits);
    const auto now = base::unix_ms();
    Transaction transaction(database);
    const store::Sealer sealer(database, master);
    const auto done = reapply_journal(database, sealer, missing);
    const auto detail = done.describe();
    const bool interrupted = is_interrupted_commit(missing, commits);
    if (!interrupted) bans::ListMaster::renew_lineages(database);
    const auto token = replace_last_admin(database, sealer, now);
    store::append_audit(
        database,
        sealer,
        store::by_system(),
        {"journal.apply", {}, {}, detail},
        now
    );
    if (token) {
        store::write_file(
            folder.admin_token(),
            store::as_bytes(*token + "\n"),
            store::Existing::replace
        );
        base::log_warning("no admin token worked any more: a new one is in admin.token");
    }
    transaction.commit();
    if (interrupted) {
        base::log_info("journal applied {}: a commit was interrupted", detail);
    } else {
        base::log_warning("journal applied {}: the database is an older copy", detail);
    }
}

void put_aside(const DataFolder& folder) {
    if (!fs::exists(folder.journal())) return;
    auto aside = folder.journal();
    aside += ".kept-" + file_stamp(base::unix_ms());
    fs::rename(folder.journal(), aside);
    base::log_warning("journal put aside file={}", aside.filename().string());
}

store::JournalFile
begin(const DataFolder& folder, store::Database& database, const store::MasterKey& master) {
    const auto now = base::unix_ms();
    Transaction transaction(database);
    auto file = store::begin_journal(database, folder.journal(), master, now);
    const store::Sealer sealer(database, master);
    store::append_audit(database, sealer, store::by_system(), {"journal.begin", {}, {}, {}}, now);
    transaction.commit();
    base::log_info("journal begun: backups made before cannot be restored with it");
    return file;
}

/// Nothing was written to it: the start that began it came to no end.
bool is_unused(const fs::path& file, const store::MasterKey& master) {
    auto journal = store::JournalFile::open(file, master, store::Descriptor::Access::read);
    return journal.read().records.empty();
}

bool has_journal_of_its_own(
    const DataFolder& folder,
    store::Database& database,
    const store::MasterKey& master
) {
    if (store::journal_id_of(database)) return true;
    return fs::exists(folder.journal()) && !is_unused(folder.journal(), master);
}

bool belongs(const fs::path& file, store::Database& database, const store::MasterKey& master) {
    try {
        (void)require_journal(file, database, master, {});
        return true;
    } catch (const store::JournalError&) {
        return false;
    }
}

// A restore gives the database its name first, then the journal that goes with it (restore.cpp).
fs::path
journal_path(const DataFolder& folder, store::Database& database, const store::MasterKey& master) {
    const bool interrupted = fs::exists(folder.next_journal()) &&
                             !belongs(folder.journal(), database, master) &&
                             belongs(folder.next_journal(), database, master);
    return interrupted ? folder.next_journal() : folder.journal();
}

void finish_restore(
    const DataFolder& folder,
    store::Database& database,
    const store::MasterKey& master
) {
    if (!fs::exists(folder.next_journal())) return;
    if (journal_path(folder, database, master) == folder.next_journal()) {
        fs::rename(folder.next_journal(), folder.journal());
    } else {
        fs::remove(folder.next_journal());  // that restore never came to its last step
    }
    store::sync_folder(folder.path());
}

}  // namespace

CoveringJournal require_journal(
    const fs::path& file,
    store::Database& database,
    const store::MasterKey& master,
    const JournalEnd& end
) {
    if (!fs::exists(file)) throw store::JournalError(file.string() + " is missing");
    auto journal = store::JournalFile::open(file, master, store::Descriptor::Access::read);
    const auto name = file.filename().string();
    const auto id = store::journal_id_of(database);
    if (!id) {
        throw store::JournalError("the database is older than " + name + " and knows of none");
    }
    if (*id != journal.facts().id) {
        throw store::JournalError(name + " is not the one that this database was written with");
    }
    const auto known = store::read_meta_number(database, store::meta::kJournal);
    if (journal.facts().base > known) {
        throw store::JournalError(fmt::format(
            "{} begins after record {}, the database knows records up to {}: it is older than the "
            "oldest backup kept",
            name,
            journal.facts().base,
            known
        ));
    }
    auto content = end.kind == JournalEnd::known ? journal.read(known) : journal.read();
    const auto least = std::max(known, end.at_least);
    if (const auto last = content.last(journal.facts()); last < least) {
        throw store::JournalError(fmt::format(
            "{} ends with record {}, but record {} is known: it is an older copy, or was cut",
            name,
            last,
            least
        ));
    }
    return {std::move(journal), std::move(content)};
}

OpenedJournal open_journal(
    const DataFolder& folder,
    store::Database& database,
    const store::MasterKey& master,
    bool begin_anew
) {
    finish_restore(folder, database, master);
    if (begin_anew) put_aside(folder);
    if (begin_anew || !has_journal_of_its_own(folder, database, master)) {
        const auto last = store::read_meta_number(database, store::meta::kJournal);
        return {std::make_unique<store::Journal>(begin(folder, database, master), last), true};
    }
    if (const auto problem = journal_problem(folder, database, master); !problem.empty()) {
        throw std::runtime_error(problem);
    }
    auto found = require_journal(folder.journal(), database, master, {});
    reapply_missing(folder, database, master, found.content);
    const auto last = found.content.last(found.file.facts());
    auto file =
        store::JournalFile::open(folder.journal(), master, store::Descriptor::Access::read_write);
    file.keep_only(master);  // an interrupted rotation is settled by now
    if (found.content.is_torn) file.cut_after(last);
    return {std::make_unique<store::Journal>(std::move(file), last), false};
}

std::string journal_problem(
    const DataFolder& folder,
    store::Database& database,
    const store::MasterKey& master
) {
    try {
        if (has_journal_of_its_own(folder, database, master)) {
            const auto file = journal_path(folder, database, master);
            (void)require_journal(file, database, master, {});
        }
        return {};
    } catch (const store::JournalError& error) {
        return fmt::format(
            "{}: put the journal that goes with the database back; to go on although revoked "
            "secrets and lifted bans may come back if the database is an old copy, run once  "
            "drawbridged serve --data {} --without-journal",
            error.what(),
            folder.path().string()
        );
    }
}

std::string file_stamp(base::UnixMs now) {
    const auto seconds = std::chrono::sys_seconds(std::chrono::seconds(now / base::kSecondMs));
    const auto time = std::chrono::system_clock::to_time_t(seconds);
    return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(time));
}

}  // namespace drawbridge::daemon
