// drawbridgectl admin …
#include "ctl/duration.h"
#include "ctl/reason.h"
#include "ctl/reputation_text.h"
#include "ctl/secret_file.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct NewAdmin {
    std::string name;
    std::string owner;
    std::string out;
    std::string reason;
    bool force = false;
};

void add(Session& session, const NewAdmin& wanted) {
    if (!wanted.out.empty()) check_writable(wanted.out, wanted.force);
    json::object named{{"name", wanted.name}};
    if (!wanted.owner.empty()) named["owner"] = wanted.owner;
    const auto body = with_reason(std::move(named), wanted.reason);
    const auto answer = session.api().post(make_target({"admins"}), body);
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

std::string role(const json::object& admin) {
    const auto* owner = admin.at("owner").if_object();
    const auto name = text_of(admin, "role");
    return owner == nullptr ? name : name + " of " + text_of(*owner, "name");
}

std::string standing(const json::object& admin, base::UnixMs now) {
    const auto revoked = number_of(admin, "revoked_at");
    return revoked ? "revoked " + relative_time(*revoked, now) : "working";
}

void list(Session& session) {
    const auto answer = session.api().get(make_target({"admins"}));
    Table table({"NAME", "ROLE", "ADDED", "STANDING", "BANS", "OVERTURNED", "IN 90 DAYS"});
    for (const auto& entry : answer.at("admins").as_array()) {
        const auto& admin = entry.as_object();
        table.add(
            {text_of(admin, "name"),
             role(admin),
             relative_time(number_of(admin, "created_at").value_or(0), session.now()),
             standing(admin, session.now()),
             text_of(tally_of(admin, "all"), "bans"),
             print_overturned(tally_of(admin, "all")),
             print_overturned(tally_of(admin, "recent"))}
        );
    }
    session.print(answer, table.print());
}

void revoke(Session& session, const std::string& name, const std::string& reason) {
    const auto target = make_target({"admins", name, "revoke"});
    const auto answer = session.api().post(target, with_reason({}, reason));
    session.print(answer, fmt::format("revoked {}: the token works no more\n", printable(name)));
}

void add_add(CLI::App& noun, Session& session) {
    auto wanted = std::make_shared<NewAdmin>();
    auto* command = add_command(
        noun,
        "add",
        "issue a token to another administrator, or to an operator",
        "  drawbridgectl --data DIR admin add alice --out alice.token\n"
        "  drawbridgectl --data DIR admin add bob --owner \"Los Santos Group\" --out bob.token\n"
        "An operator's token reads: own servers, their events, players, bans and cases."
    );
    command->add_option("NAME", wanted->name, "never given before; stands in the audit")
        ->required();
    command->add_option("--owner", wanted->owner, "an operator's: sees what is this owner's, alone")
        ->type_name("OWNER");
    command->add_option("--out", wanted->out, "write the token to this file, 0600")
        ->type_name("FILE");
    command->add_flag("--force", wanted->force, "overwrite the file");
    add_reason(*command, wanted->reason);
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
    auto reason = std::make_shared<std::string>();
    auto* one = add_command(
        *noun,
        "revoke",
        "end an administrator's token at once",
        "  drawbridgectl --data DIR admin revoke alice --reason \"has left the staff\""
    );
    one->add_option("NAME", *name, "name of the administrator")->required();
    add_reason(*one, *reason);
    one->callback([&session, name, reason] {
        session.action = [&session, name, reason] { revoke(session, *name, *reason); };
    });
}

}  // namespace drawbridge::ctl
