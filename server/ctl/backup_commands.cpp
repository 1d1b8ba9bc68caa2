// drawbridgectl backup: make, list, verify, restore. Lists and files are looked at where they are
// when
// --data says so, since backups matter most when no daemon runs.
#include "admin/backup_json.h"
#include "config/config.h"
#include "ctl/backup_place.h"
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/progress_line.h"
#include "ctl/reason.h"
#include "ctl/restore_command.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <thread>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kAskEvery{200};

std::string print_backups(const json::array& backups, base::UnixMs now) {
    Table table({"NAME", "AGE", "SIZE", "KIND", "VERIFIED"});
    for (const auto& entry : backups) {
        const auto& backup = entry.as_object();
        const auto created_at = number_of(backup, "created_at");
        const auto problem = text_of(backup, "problem");
        table.add(
            {text_of(backup, "name"),
             created_at ? relative_time(*created_at, now) : "-",
             print_bytes(number_of(backup, "bytes").value_or(0)),
             text_of(backup, "kind"),
             problem == "-" ? "yes" : problem}
        );
    }
    return table.print();
}

void list(Session& session) {
    const auto answer =
        session.place.url.empty()
            ? admin::describe_backup_list(store::BackupFolder(backup_folder(session.place)).list())
            : session.api().get(make_target({"backups"}));
    const auto& backups = answer.at("backups").as_array();
    session.print(answer, backups.empty() ? "no backups\n" : print_backups(backups, session.now()));
}

bool has_ended(const json::object& run) {
    const auto state = text_of(run, "state");
    return state == "done" || state == "failed";
}

void create(Session& session, const std::string& reason) {
    auto run = session.api().post(make_target({"backups"}), with_reason({}, reason));
    const auto id = std::to_string(number_of(run, "run").value_or(0));
    ProgressLine line;
    while (!has_ended(run)) {
        std::this_thread::sleep_for(kAskEvery);
        run = session.api().get(make_target({"backups", "runs", id}));
        line.show(text_of(run, "state"), number_of(run, "percent").value_or(0));
    }
    line.clear();
    if (text_of(run, "state") == "failed") {
        throw Failure(ExitCode::failed, "the backup failed: " + text_of(run, "problem"));
    }
    const auto& backup = run.at("backup").as_object();
    session.print(
        run,
        fmt::format(
            "made and verified {} ({})\n",
            text_of(backup, "name"),
            print_bytes(number_of(backup, "bytes").value_or(0))
        )
    );
}

struct VerifyArguments {
    std::string file;
    std::string master_key;
};

void verify(Session& session, const VerifyArguments& arguments) {
    const auto file = find_backup(session.place, arguments.file);
    const auto master = find_master_key(session.place, arguments.master_key);
    ProgressLine line;
    try {
        const auto facts = store::verify_backup(file, master, line.progress("verifying"));
        line.clear();
        json::object document = admin::describe_backup(store::describe_backup_file(file));
        session.print(
            document,
            fmt::format(
                "{} is sound: schema {}, {} of database, made {}\n",
                file.filename().string(),
                facts.schema,
                print_bytes(static_cast<std::int64_t>(facts.plain_size)),
                absolute_time(facts.created_at)
            )
        );
    } catch (const std::runtime_error& error) {
        line.clear();
        throw Failure(ExitCode::failed, error.what());
    }
}

void add_verify(CLI::App& noun, Session& session) {
    auto* command = add_command(
        noun,
        "verify",
        "unpack one, check the database in it, and throw that away",
        "  drawbridgectl --data DIR backup verify latest\n"
        "  drawbridgectl backup verify /mnt/copy/drawbridge-000017-20260101T120000Z.backup \\\n"
        "                --master-key /safe/master.key"
    );
    auto arguments = std::make_shared<VerifyArguments>();
    command
        ->add_option(
            "FILE",
            arguments->file,
            "a file, a name or number of `backup list`, or latest"
        )
        ->required();
    command->add_option("--master-key", arguments->master_key, "key file, when not in DIR")
        ->type_name("FILE");
    command->callback([&session, arguments] {
        session.action = [&session, arguments] { verify(session, *arguments); };
    });
}

}  // namespace

void add_backup_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "backup",
        "sealed copies of the database",
        "  drawbridgectl --data DIR backup list"
    );
    noun->require_subcommand(1);
    auto* create_command = add_command(
        *noun,
        "create",
        "make one now and wait until it is verified",
        "  drawbridgectl --data DIR backup create"
    );
    auto reason = std::make_shared<std::string>();
    add_reason(*create_command, *reason);
    create_command->callback([&session, reason] {
        session.action = [&session, reason] { create(session, *reason); };
    });
    auto* list_command = add_command(
        *noun,
        "list",
        "all there are, the newest first; with --data also when no daemon runs",
        "  drawbridgectl --data DIR backup list\n"
        "  drawbridgectl --data DIR -o json backup list"
    );
    list_command->callback([&session] { session.action = [&session] { list(session); }; });
    add_verify(*noun, session);
    add_restore_command(*noun, session);
}

}  // namespace drawbridge::ctl
