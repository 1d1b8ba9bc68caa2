// drawbridgectl breach: what to do at once when somebody has had the database, a key or a token.
#include "ctl/confirm.h"
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/secret_file.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct Arguments {
    std::string reason;
    std::string out;
    bool force = false;
    bool yes = false;
};

std::string print_owner(const json::object& owner) {
    std::string servers;
    for (const auto& entry : owner.at("servers").as_array()) {
        const auto& server = entry.as_object();
        const bool has_secret = server.at("has_secret").as_bool();
        servers += fmt::format(
            "  {} ({}){}\n",
            printable(text_of(server, "name")),
            text_of(server, "id"),
            has_secret ? ", has a new secret" : ""
        );
    }
    return fmt::format(
        "{} ({})\n  contact: {}\n{}",
        printable(text_of(owner, "owner")),
        text_of(owner, "owner_id"),
        printable(text_of(owner, "contact")),
        servers
    );
}

std::string print_notify(const json::object& breach) {
    std::string text;
    for (const auto& owner : breach.at("notify").as_array()) {
        if (!text.empty()) text += "\n";
        text += print_owner(owner.as_object());
    }
    return text.empty() ? "no servers\n" : text;
}

/// With `-o json` a file is written only when it was asked for. `force`: it is ours to overwrite.
std::string write_notify(const json::object& breach, const std::string& out, bool force) {
    if (out.empty()) return {};
    write_secret_file(out, print_notify(breach), force);
    return fmt::format("whom to notify is in {}; delete it when that is done\n", out);
}

bool is_under_way(const json::object& breach) {
    const auto state = text_of(breach, "state");
    return state == "waiting" || state == "reencrypting";
}

std::string describe_state(const json::object& breach, base::UnixMs now) {
    if (text_of(breach, "state") == "none") return "there was no breach procedure\n";
    auto text = fmt::format(
        "begun {}: {} and {} revoked\n",
        relative_time(number_of(breach, "began_at").value_or(0), now),
        print_count(number_of(breach, "servers_revoked").value_or(0), "server", "servers"),
        print_count(number_of(breach, "tokens_revoked").value_or(0), "admin token", "admin tokens")
    );
    if (text_of(breach, "state") == "done") return text + "every row is under new keys\n";
    const auto* record = breach.at("reencryption").if_object();
    const auto percent = record == nullptr ? "0" : text_of(*record, "percent");
    return text + (text_of(breach, "state") == "waiting"
                       ? "re-encryption begins at once, or when one that is under way has ended\n"
                       : fmt::format("re-encryption under way, {} %\n", percent));
}

std::string warning(const json::object& breach) {
    return fmt::format(
        "This revokes the secrets of all {} and every admin token but yours, at once and for "
        "good,\n"
        "and puts every row under new keys. Each server is out until its operator enrols it "
        "anew.\n",
        print_count(
            static_cast<std::int64_t>(breach.at("notify").as_array().size()),
            "owner's servers",
            "owners' servers"
        )
    );
}

constexpr const char* kNext =
    "next: server rotate NAME for each server, then the other steps: \"After a break-in\" in\n"
    "docs/operating.md\n";

void begin(Session& session, Arguments& arguments) {
    const auto target = make_target({"breach"});
    const auto before = session.api().get(target);
    // Written again when it goes on.
    const bool overwrites = arguments.force || is_under_way(before);
    if (arguments.out.empty() && !session.is_json()) arguments.out = "drawbridge-breach.txt";
    if (!arguments.out.empty()) check_writable(arguments.out, overwrites);
    if (!arguments.yes && !is_under_way(before)) {
        const auto instance = text_of(before, "instance");
        confirm(warning(before), instance.empty() ? "breach" : instance);
    }
    const auto breach = session.api().post(target, {{"reason", arguments.reason}});
    const auto written = write_notify(breach, arguments.out, overwrites);
    session.print(breach, describe_state(breach, session.now()) + written + kNext);
}

void status(Session& session, const Arguments& arguments) {
    if (!arguments.out.empty()) check_writable(arguments.out, arguments.force);
    const auto breach = session.api().get(make_target({"breach"}));
    const auto written = write_notify(breach, arguments.out, arguments.force);
    const auto list = written.empty() ? "\n" + print_notify(breach) : written;
    session.print(breach, describe_state(breach, session.now()) + list);
}

void add_out(CLI::App& command, Arguments& arguments, const char* description) {
    command.add_option("--out", arguments.out, description)->type_name("FILE");
    command.add_flag("--force", arguments.force, "overwrite the file");
}

}  // namespace

void add_breach_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "breach",
        "what to do at once after a break-in",
        "  drawbridgectl --data DIR breach begin --reason \"a backup was stolen\""
    );
    noun->require_subcommand(1);
    auto arguments = std::make_shared<Arguments>();
    auto* begin_command = add_command(
        *noun,
        "begin",
        "revoke all secrets and tokens but yours, begin new keys",
        "  drawbridgectl --data DIR breach begin --reason \"a backup was stolen\"\n"
        "  drawbridgectl --data DIR -o json breach begin --reason \"drill\" --yes\n"
        "\n"
        "Given again while one is under way it goes on where that stood."
    );
    begin_command->add_option("--reason", arguments->reason, "why; stands in the audit")
        ->required();
    add_out(*begin_command, *arguments, "whom to notify (default ./drawbridge-breach.txt)");
    begin_command->add_flag("--yes", arguments->yes, "do not ask");
    begin_command->callback([&session, arguments] {
        session.action = [&session, arguments] { begin(session, *arguments); };
    });
    auto* status_command = add_command(
        *noun,
        "status",
        "how far it is, whom to notify, and which servers have a new secret",
        "  drawbridgectl --data DIR breach status\n"
        "  drawbridgectl --data DIR breach status --out notify.txt"
    );
    add_out(*status_command, *arguments, "whom to notify, into a file");
    status_command->callback([&session, arguments] {
        session.action = [&session, arguments] { status(session, *arguments); };
    });
}

}  // namespace drawbridge::ctl
