#include "daemon/check.h"

#include "config/config.h"
#include "daemon/open_journal.h"
#include "daemon/tls_check.h"
#include "store/audit_verify.h"
#include "store/database.h"
#include "store/files.h"
#include "store/meta.h"
#include "store/migrations.h"
#include "store/ring_keys.h"
#include "store/sealer.h"

#include <fmt/format.h>

#include <exception>
#include <limits>
#include <sys/stat.h>

namespace drawbridge::daemon {
namespace {

void check_permissions(const DataFolder& folder, CheckReport& report) {
    struct stat status {};

    if (::stat(folder.path().c_str(), &status) == 0 && (status.st_mode & 077U) != 0) {
        report.problems.push_back(fmt::format(
            "{0} can be entered by others (mode {1:04o}): run  chmod 700 {0}",
            folder.path().string(),
            status.st_mode & 07777U
        ));
    }
    // The database is looked at by its own check when it is missing, and so is the master key.
    for (const auto& file :
         {folder.database(),
          folder.journal(),
          folder.authority_key(),
          folder.certificate_key(),
          folder.admin_token()}) {
        if (!std::filesystem::exists(file)) continue;
        if (auto problem = store::privacy_problem(file); !problem.empty()) {
            report.problems.push_back(std::move(problem));
        }
    }
}

void check_certificates(const config::Config& config, base::UnixMs now, CheckReport& report) {
    for (auto& finding : check_tls(config, now)) {
        auto& list = finding.severity == Severity::warning ? report.warnings : report.problems;
        list.push_back(std::move(finding.text));
    }
    if (config.tls.ca.empty()) return;
    if (!std::filesystem::exists(config.tls.ca)) {
        report.problems.push_back(fmt::format("{} is missing", config.tls.ca.string()));
    }
}

void check_keys(store::Database& database, const store::MasterKey& master, CheckReport& report) {
    store::require_master_key(database, master);
    if (store::schema_of(database) < store::newest_schema()) return;  // other cells
    const store::Sealer sealer(database, master);
    const auto sealed = store::read_meta(database, store::meta::kTagKey);
    const auto row = store::as_bytes(store::meta::kTagKey);
    if (!sealed || !sealer.open(store::Column::tag_key, row, *sealed)) {
        report.problems.emplace_back("the tag key in the database is missing or altered");
    }
}

void check_audit(store::Database& database, const store::MasterKey& master, CheckReport& report) {
    const store::Sealer sealer(database, master);
    const auto all = std::numeric_limits<std::int64_t>::max();
    const auto trail = store::verify_audit(database, sealer, {}, std::nullopt, all);
    if (!trail.broken) return;
    report.problems.push_back(
        fmt::format("the audit is broken: {}", store::describe_fault(*trail.broken))
    );
}

void check_journal(
    const DataFolder& folder,
    store::Database& database,
    const store::MasterKey& master,
    CheckReport& report
) {
    if (auto problem = journal_problem(folder, database, master); !problem.empty()) {
        report.problems.push_back(std::move(problem));
    }
}

void check_database(const DataFolder& folder, const store::MasterKey* given, CheckReport& report) {
    try {
        if (!std::filesystem::exists(folder.database())) {
            report.problems.push_back(
                fmt::format("{} is missing: restore a backup", folder.database().string())
            );
            return;
        }
        store::Database database(folder.database(), store::Database::Mode::read_only);
        const auto schema = store::schema_of(database);
        if (schema > store::newest_schema()) {
            report.problems.push_back(fmt::format(
                "the database has schema {}, this program knows schemas up to {}: install the "
                "newer drawbridged that wrote it",
                schema,
                store::newest_schema()
            ));
            return;
        }
        if (schema < store::newest_schema()) {
            report.warnings.push_back(fmt::format(
                "the database has schema {}; the next start brings it to {}",
                schema,
                store::newest_schema()
            ));
        }
        for (const auto& line : store::quick_check(database)) {
            report.problems.push_back(
                fmt::format("the database is damaged, restore a backup: {}", line)
            );
        }
        const auto master = given == nullptr ? folder.load_master_key() : given->copy();
        check_keys(database, master, report);
        check_journal(folder, database, master, report);
        if (schema == store::newest_schema()) check_audit(database, master, report);
    } catch (const std::exception& error) {
        report.problems.emplace_back(error.what());
    }
}

// What a restore has put aside.
void check_leftovers(const DataFolder& folder, CheckReport& report) {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        const auto name = entry.path().filename().string();
        if (name.find(".kept-") == std::string::npos) continue;
        report.warnings.push_back(fmt::format(
            "{} is from before a restore, and retention does not reach it: remove it when it is no "
            "longer needed",
            name
        ));
    }
}

}  // namespace

CheckReport check(const DataFolder& folder, base::UnixMs now, const store::MasterKey* master) {
    CheckReport report;
    if (auto problem = folder.instance_problem(); !problem.empty()) {
        report.problems.push_back(std::move(problem));
        return report;
    }
    check_permissions(folder, report);
    auto loaded = config::load(folder.config());
    // Certificates are judged by the configuration; a wrong one would only add confusion.
    if (loaded.problems.empty()) check_certificates(loaded.config, now, report);
    for (auto& problem : loaded.problems) {
        report.problems.push_back(std::move(problem));
    }
    check_database(folder, master, report);
    check_leftovers(folder, report);
    if (auto problem = folder.damage_problem(); !problem.empty()) {
        report.problems.push_back(std::move(problem));
    }
    return report;
}

CheckReport check_copy(const DataFolder& folder, const store::MasterKey& master) {
    CheckReport report;
    check_permissions(folder, report);
    check_database(folder, &master, report);
    check_leftovers(folder, report);
    return report;
}

}  // namespace drawbridge::daemon
