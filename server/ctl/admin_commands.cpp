// drawbridgectl admin … and audit …
#include "ctl/duration.h"
#include "ctl/secret_file.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct NewAdmin {
    std::string name;
    std::string out;
    bool force = false;
};

struct AuditFilter {
    std::optional<std::string> actor;
    std::optional<std::string> action;
    std::optional<std::string> target;
    std::optional<std::string> limit;
    std::optional<std::string> after;
};

void add(Session& session, const NewAdmin& wanted) {
    if (!wanted.out.empty()) check_writable(wanted.out, wanted.force);
    const auto answer = session.api().post(make_target({"admins"}), {{"name", wanted.name}});
    const auto token = text_of(answer, "token");
    std::string text;
    if (wanted.out.empty()) {
        text = fmt::format(
            "added {}. The token is shown this once; keep it in a file only you can read:\n\n  "
            "{}\n",
            printable(wanted.name),
            token
        );
    } else {
        write_secret_file(wanted.out, token + "\n", wanted.force);
        text = fmt::format("added {}; wrote the token to {}\n", printable(wanted.name), wanted.out);
    }
    session.print(answer, text);
}

std::string standing(const json::object& admin, base::UnixMs now) {
    const auto revoked = number_of(admin, "revoked_at");
    return revoked ? "revoked " + relative_time(*revoked, now) : "working";
}

void list(Session& session) {
    const auto answer = session.api().get(make_target({"admins"}));
    Table table({"NAME", "ADDED", "STANDING"});
    for (const auto& entry : answer.at("admins").as_array()) {
        const auto& admin = entry.as_object();
        table.add(
            {text_of(admin, "name"),
             relative_time(number_of(admin, "created_at").value_or(0), session.now()),
             standing(admin, session.now())}
        );
    }
    session.print(answer, table.print());
}

void revoke(Session& session, const std::string& name) {
    const auto answer = session.api().post(make_target({"admins", name, "revoke"}));
    session.print(answer, fmt::format("revoked {}: the token works no more\n", printable(name)));
}

void list_audit(Session& session, const AuditFilter& filter) {
    const auto answer = session.api().get(make_target(
        {"audit"},
        {{"actor", filter.actor},
         {"action", filter.action},
         {"target", filter.target},
         {"limit", filter.limit},
         {"after", filter.after}}
    ));
    Table table({"SEQ", "WHEN", "WHO", "ACTION", "TARGET", "DETAIL"});
    const auto& records = answer.at("audit").as_array();
    for (const auto& entry : records) {
        const auto& record = entry.as_object();
        table.add(
            {text_of(record, "seq"),
             absolute_time(number_of(record, "at").value_or(0)),
             text_of(record, "actor"),
             text_of(record, "action"),
             text_of(record, "target"),
             text_of(record, "detail")}
        );
    }
    session.print(answer, records.empty() ? "nothing in the audit matches\n" : table.print());
}

void add_add(CLI::App& noun, Session& session) {
    auto wanted = std::make_shared<NewAdmin>();
    auto* command = add_command(
        noun,
        "add",
        "issue a token to another administrator",
        "  drawbridgectl --data DIR admin add alice --out alice.token"
    );
    command->add_option("NAME", wanted->name, "never given before; stands in the audit")
        ->required();
    command->add_option("--out", wanted->out, "write the token to this file, 0600")
        ->type_name("FILE");
    command->add_flag("--force", wanted->force, "overwrite the file");
    command->callback([&session, wanted] {
        session.action = [&session, wanted] { add(session, *wanted); };
    });
}

}  // namespace

void add_admin_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "admin",
        "administrators and their tokens",
        "  drawbridgectl --data DIR admin add alice --out alice.token\n"
        "  drawbridgectl --data DIR admin revoke alice"
    );
    noun->require_subcommand(1);
    add_add(*noun, session);
    auto* all =
        add_command(*noun, "list", "all administrators", "  drawbridgectl --data DIR admin list");
    all->callback([&session] { session.action = [&session] { list(session); }; });
    auto name = std::make_shared<std::string>();
    auto* one = add_command(
        *noun,
        "revoke",
        "end an administrator's token at once",
        "  drawbridgectl --data DIR admin revoke alice"
    );
    one->add_option("NAME", *name, "name of the administrator")->required();
    one->callback([&session, name] {
        session.action = [&session, name] { revoke(session, *name); };
    });
}

void add_audit_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "audit",
        "who did what",
        "  drawbridgectl --data DIR audit list --limit 20"
    );
    noun->require_subcommand(1);
    auto filter = std::make_shared<AuditFilter>();
    auto* command = add_command(
        *noun,
        "list",
        "what staff did, in order, the newest unless --after",
        "  drawbridgectl --data DIR audit list --actor alice\n"
        "  drawbridgectl --data DIR audit list --action ban.lift --limit 20"
    );
    command->add_option("--actor", filter->actor, "done by this administrator");
    command->add_option("--action", filter->action, "only this, e.g. server.rotate");
    command->add_option("--target", filter->target, "only on this, e.g. a ban's code");
    command->add_option("--limit", filter->limit, "1 to 500 (default 100)");
    command->add_option("--after", filter->after, "what came after this number (SEQ)");
    command->callback([&session, filter] {
        session.action = [&session, filter] { list_audit(session, *filter); };
    });
}

}  // namespace drawbridge::ctl
