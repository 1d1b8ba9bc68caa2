// In a folder of its own inside the target the backup is unpacked, checked, brought to the newest
// schema and given what the journal knows. Then, in this order: a journal that takes the place of
// the present one gets the name next to it, the old database a second name, the new one its name,
// the journal its name (a start in between does that, open_journal.cpp). A crash anywhere leaves
// the old database or the new one, each with its journal.
#include "daemon/restore.h"

#include "auth/reapply.h"
#include "bans/list_master.h"
#include "daemon/open_journal.h"
#include "store/audit.h"
#include "store/files.h"
#include "store/free_space.h"
#include "store/log_check.h"
#include "store/meta.h"
#include "store/migrations.h"
#include "store/workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace drawbridge::daemon {
namespace {

namespace fs = std::filesystem;

fs::path with_suffix(fs::path file, std::string_view suffix) {
    file += suffix;
    return file;
}

void require_place(const DataFolder& target) {
    const auto& path = target.path();
    if (!fs::exists(path)) {
        fs::create_directories(path);
        fs::permissions(path, fs::perms::owner_all);
        return;
    }
    if (!fs::is_directory(path)) throw RestoreRefused(path.string() + " is not a folder");
    // A folder of somebody's own (a home, /etc) is not one to fill.
    if (target.present_parts().empty() && !fs::is_empty(path)) {
        throw RestoreRefused(fmt::format(
            "{0} holds no instance but other files: name a data folder, or a new one like "
            "{0}/drawbridge",
            path.string()
        ));
    }

    struct stat status {};

    if (::stat(path.c_str(), &status) == 0 && status.st_uid != ::geteuid()) {
        throw RestoreRefused(fmt::format(
            "{} belongs to user {}: run it as that user, so that the daemon can open what it "
            "writes",
            path.string(),
            status.st_uid
        ));
    }
}

FolderLock lock_or_refuse(const DataFolder& target) {
    try {
        return FolderLock(target);
    } catch (const std::runtime_error& error) {
        throw RestoreRefused(error.what());
    }
}

void require_unforced(const RestoreRequest& request) {
    if (request.force || !fs::exists(request.target.database())) return;
    throw RestoreRefused(fmt::format(
        "{} is there: with --force the backup takes its place, and it is kept under another name",
        request.target.database().string()
    ));
}

void require_key_of(const DataFolder& target, const store::MasterKey& master) {
    if (!fs::exists(target.master_key())) return;
    if (store::MasterKey::load(target.master_key()) == master) return;
    throw RestoreRefused(fmt::format(
        "{} is another key than the one the backup was made under, and would not open what is "
        "restored: put the backup's key there first",
        target.master_key().string()
    ));
}

/// What the database that is to give way knows of its journal; 0 when it cannot say.
std::uint64_t known_to_present(const DataFolder& target, const store::JournalId& id) {
    if (!fs::exists(target.database())) return 0;
    try {
        store::Database database(target.database(), store::Database::Mode::read_only);
        if (store::journal_id_of(database) != id) return 0;
        return store::read_meta_number(database, store::meta::kJournal);
    } catch (const store::StoreError&) {
        return 0;  // it is damaged, which may be why there is a restore
    }
}

/// One restore, from the unpacked backup to the last rename.
class Restore {
public:
    Restore(const RestoreRequest& request, const store::MasterKey& master)
        : request_(request),
          target_(request.target),
          master_(master),
          workspace_(target_.path()),
          plain_(workspace_ / "restored.db"),
          journal_file_(request.journal.empty() ? target_.journal() : request.journal) {}

    RestoreReport run(const store::Progress& progress) {
        unpack(progress);
        {
            store::Database database(plain_, store::Database::Mode::read_write);
            store::migrate(database, master_);
            choose_journal(database);
            change(database);
            if (!database.truncate_log()) throw std::runtime_error("the copy's log is in use");
        }
        store::Descriptor::open(plain_, store::Descriptor::Access::read_write).sync();
        exchange();
        return std::move(report_);
    }

private:
    void unpack(const store::Progress& progress) {
        const store::SpaceGuard space(target_.path());
        bool asked = false;
        report_.facts = store::unpack_sound_backup(
            request_.backup,
            plain_,
            master_,
            [&](std::uint64_t done, std::uint64_t total) {
                // Not before the first piece has shown that the size in the header is true.
                space.require(std::exchange(asked, true) ? 0 : total - done);
                if (progress) progress(done, total);
            }
        );
    }

    void choose_journal(store::Database& database) {
        try {
            const auto id = store::journal_id_of(database).value_or(store::JournalId{});
            const auto known = std::max(request_.known, known_to_present(target_, id));
            journal_ =
                require_journal(journal_file_, database, master_, {JournalEnd::unknown, known});
        } catch (const store::JournalError& error) {
            report_.uncovered = error.what();
            if (!request_.without_journal) refuse_without_journal(error.what());
            journal_ = salvage();
        }
    }

    [[noreturn]] static void refuse_without_journal(const char* why) {
        throw RestoreRefused(fmt::format(
            "{}: name a copy of the journal with --journal FILE, or go on with --without-journal; "
            "secrets revoked and bans lifted since the backup then come back as far as the journal "
            "does not tell of them",
            why
        ));
    }

    /// A journal of this instance that does not reach back far enough still tells the newest part.
    [[nodiscard]] std::optional<CoveringJournal> salvage() const {
        try {
            auto file =
                store::JournalFile::open(journal_file_, master_, store::Descriptor::Access::read);
            if (file.facts().database_id != report_.facts.database_id) return std::nullopt;
            auto content = file.read();
            const auto last = content.last(file.facts());
            if (last < std::max(report_.facts.journal, request_.known)) return std::nullopt;
            return CoveringJournal{std::move(file), std::move(content)};
        } catch (const std::runtime_error&) {
            return std::nullopt;  // said already: it is why there is something to salvage
        }
    }

    void change(store::Database& database) {
        const auto now = base::unix_ms();
        database.execute("BEGIN IMMEDIATE;");
        const store::Sealer sealer(database, master_);
        if (journal_) {
            report_.reapplied = reapply_journal(database, sealer, journal_->content.records);
            store::write_meta(database, store::meta::kJournalId, journal_->file.facts().id);
        } else {
            (void)store::begin_journal(database, target_.next_journal(), master_, now);
        }
        bans::ListMaster::renew_lineages(database);
        admin_token_ = replace_last_admin(database, sealer, now);
        report_.without_secret = auth::servers_without_secret(database, sealer);
        const auto name = request_.backup.filename().string();
        const auto detail = fmt::format(
            "backup {}, {} minutes old; journal: {}{}",
            report_.facts.number,
            (now - report_.facts.created_at) / base::kMinuteMs,
            report_.reapplied.describe(),
            report_.uncovered.empty() ? "" : "; not covered: " + report_.uncovered
        );
        const store::AuditEntry entry{"backup.restore", name, request_.reason, detail};
        store::append_audit(database, sealer, store::by_system(), entry, now);
        database.execute("COMMIT;");
    }

    void exchange() {
        const bool journal_stays =
            journal_ && journal_file_ == target_.journal() && !journal_->content.is_torn;
        if (journal_ && !journal_stays) {
            journal_->file.copy_to(target_.next_journal(), journal_->content);
        }
        keep_present();
        fs::rename(plain_, target_.database());
        store::sync_folder(target_.path());
        if (!journal_stays) exchange_journal();
        if (admin_token_) write_admin_token();
        // It told of the database that has just given way.
        fs::remove(target_.damage());
    }

    void keep_present() {
        const auto& file = target_.database();
        if (!fs::exists(file)) return;
        fold_log(file);
        report_.kept = with_suffix(file, ".kept-" + stamp_);
        const auto log = with_suffix(file, "-wal");
        if (fs::exists(log)) {
            // It could not be opened, so there is no sound old state to lose in between.
            fs::rename(file, report_.kept);
            fs::rename(log, with_suffix(report_.kept, "-wal"));
        } else {
            fs::create_hard_link(file, report_.kept);
        }
        fs::remove(with_suffix(file, "-shm"));
    }

    /// A log that stayed behind would be taken for the new database's. What cannot be folded into
    /// the file without losing anything is kept with it.
    static void fold_log(const fs::path& file) {
        if (store::log_damage(with_suffix(file, "-wal"))) return;
        try {
            store::Database database(file, store::Database::Mode::read_write);
            (void)database.truncate_log();
        } catch (const store::StoreError&) {
            return;  // damaged
        }
    }

    void exchange_journal() {
        if (!journal_ && fs::exists(target_.journal())) {
            fs::rename(target_.journal(), with_suffix(target_.journal(), ".kept-" + stamp_));
        }
        fs::rename(target_.next_journal(), target_.journal());
        store::sync_folder(target_.path());
    }

    void write_admin_token() {
        const auto line = *admin_token_ + "\n";
        store::write_file(target_.admin_token(), store::as_bytes(line), store::Existing::replace);
        report_.new_admin_token = true;
    }

    const RestoreRequest& request_;
    const DataFolder target_;
    const store::MasterKey& master_;
    const store::Workspace workspace_;
    const fs::path plain_;
    const fs::path journal_file_;
    const std::string stamp_ = file_stamp(base::unix_ms());
    std::optional<CoveringJournal> journal_;  // nothing: a new one is begun
    std::optional<std::string> admin_token_;
    RestoreReport report_;
};

}  // namespace

RestoreReport restore(
    const RestoreRequest& request,
    const store::MasterKey& master,
    const store::Progress& progress
) {
    const auto& target = request.target;
    require_place(target);
    const auto lock = lock_or_refuse(target);
    require_unforced(request);
    require_key_of(target, master);
    store::Workspace::remove_abandoned(target.path());
    auto report = Restore(request, master).run(progress);
    // An instance that has no key of its own gets it from the service manager.
    if (!fs::exists(target.config()) && !fs::exists(target.master_key())) {
        store::write_file(target.master_key(), master.bytes(), store::Existing::refuse);
    }
    report.check = fs::exists(target.config()) ? check(target, base::unix_ms(), &master)
                                               : check_copy(target, master);
    return report;
}

}  // namespace drawbridge::daemon
