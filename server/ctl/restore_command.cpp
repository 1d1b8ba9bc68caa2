// drawbridgectl backup restore: works on data folders; no daemon is asked, none may run there.
#include "ctl/restore_command.h"

#include "ctl/backup_place.h"
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/progress_line.h"
#include "ctl/reason.h"
#include "daemon/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct RestoreArguments {
    std::string file;
    std::string to;
    std::string master_key;
    std::string journal;
    std::string reason;
    bool force = false;
    bool without_journal = false;
};

/// What the backups beside this one know of the journal, so that a journal that lost its end is
/// known for it.
std::uint64_t journal_known_beside(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    std::uint64_t known = 0;
    const auto id = store::describe_backup_file(file).facts.database_id;
    for (const auto& backup : store::BackupFolder(folder).list()) {
        const bool ours = backup.problem.empty() && backup.facts.database_id == id;
        if (ours) known = std::max(known, backup.facts.journal);
    }
    return known;
}

daemon::RestoreRequest request_from(const Session& session, const RestoreArguments& arguments) {
    const auto file = find_backup(session.place, arguments.file);
    daemon::RestoreRequest request;
    request.backup = file;
    request.target = daemon::DataFolder(arguments.to);
    request.journal = arguments.journal;
    if (request.journal.empty()) request.journal = find_journal(session.place, request.target);
    request.known = arguments.without_journal ? 0 : journal_known_beside(file);
    request.reason = arguments.reason;
    request.force = arguments.force;
    request.without_journal = arguments.without_journal;
    return request;
}

json::array strings(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts) {
        array.emplace_back(text);
    }
    return array;
}

json::object describe(const RestoreArguments& arguments, const daemon::RestoreReport& report) {
    json::object journal;
    journal["reapplied"] = report.reapplied.total();
    journal["text"] = report.reapplied.describe();
    journal["uncovered"] =
        report.uncovered.empty() ? json::value(nullptr) : json::value(report.uncovered);
    json::object check;
    check["problems"] = strings(report.check.problems);
    check["warnings"] = strings(report.check.warnings);
    json::object document;
    document["number"] = report.facts.number;
    document["created_at"] = report.facts.created_at;
    document["to"] = arguments.to;
    document["kept"] =
        report.kept.empty() ? json::value(nullptr) : json::value(report.kept.string());
    document["journal"] = std::move(journal);
    document["servers_without_secret"] = strings(report.without_secret);
    document["new_admin_token"] = report.new_admin_token;
    document["check"] = std::move(check);
    return document;
}

std::string print_check(const RestoreArguments& arguments, const daemon::CheckReport& check) {
    std::string text;
    for (const auto& problem : check.problems) {
        text += fmt::format("problem: {}\n", problem);
    }
    for (const auto& warning : check.warnings) {
        text += fmt::format("warning: {}\n", warning);
    }
    if (check.problems.empty()) text += fmt::format("{} is sound\n", arguments.to);
    return text;
}

std::string print_report(
    const RestoreArguments& arguments,
    const daemon::RestoreReport& report,
    base::UnixMs now
) {
    const auto made = report.facts.created_at;
    auto text = fmt::format(
        "restored backup {} of {} ({}) to {}\njournal: {} re-applied\n",
        report.facts.number,
        absolute_time(made),
        relative_time(made, now),
        arguments.to,
        report.reapplied.describe()
    );
    if (!report.uncovered.empty()) {
        text += fmt::format(
            "warning: not all that was revoked or lifted since the backup is so again: {}\n",
            report.uncovered
        );
    }
    if (!report.kept.empty()) {
        text += fmt::format("the database that was there is now {}\n", report.kept.string());
    }
    if (!report.without_secret.empty()) {
        text += fmt::format(
            "these servers need a new secret (server rotate NAME), theirs was revoked: {}\n",
            fmt::join(report.without_secret, ", ")
        );
    }
    if (report.new_admin_token) {
        text += "no admin token worked any more: a new one is in admin.token\n";
    }
    return text + print_check(arguments, report.check);
}

void restore(Session& session, const RestoreArguments& arguments) {
    const auto request = request_from(session, arguments);
    const auto master = find_master_key(session.place, request.target, arguments.master_key);
    ProgressLine line;
    daemon::RestoreReport report;
    try {
        report = daemon::restore(request, master, line.progress("unpacking"));
    } catch (const daemon::RestoreRefused& error) {
        line.clear();
        throw Failure(ExitCode::refused, error.what());
    } catch (const std::runtime_error& error) {
        line.clear();
        throw Failure(ExitCode::failed, fmt::format("the restore failed: {}", error.what()));
    }
    line.clear();
    session.print(describe(arguments, report), print_report(arguments, report, session.now()));
    if (report.check.problems.empty()) return;
    throw Failure(ExitCode::failed, "it was restored, but see to the problems before serving");
}

}  // namespace

void add_restore_command(CLI::App& noun, Session& session) {
    auto* command = add_command(
        noun,
        "restore",
        "make one the database of a data folder, daemon stopped",
        "  drawbridgectl --data DIR backup restore latest --to DIR --force\n"
        "  drawbridgectl --data DIR backup restore 17 --to /tmp/look\n"
        "  drawbridgectl backup restore /mnt/copy/drawbridge-000017-20260101T120000Z.backup \\\n"
        "                --to DIR --journal /mnt/copy/drawbridge.journal "
        "--master-key /safe/master.key"
    );
    auto arguments = std::make_shared<RestoreArguments>();
    command
        ->add_option(
            "FILE",
            arguments->file,
            "a file, a name or number of `backup list`, or latest"
        )
        ->required();
    command->add_option("--to", arguments->to, "the data folder; made when it is missing")
        ->required()
        ->type_name("DIR");
    command
        ->add_flag("--force", arguments->force, "a database that is there gives way, and is kept");
    command->add_option("--master-key", arguments->master_key, "key file, when in no data folder")
        ->type_name("FILE");
    command->add_option("--journal", arguments->journal, "its journal, when in no data folder")
        ->type_name("FILE");
    command->add_flag(
        "--without-journal",
        arguments->without_journal,
        "also when no journal tells all that was revoked or lifted since"
    );
    add_reason(*command, arguments->reason);
    command->callback([&session, arguments] {
        session.action = [&session, arguments] { restore(session, *arguments); };
    });
}

}  // namespace drawbridge::ctl
