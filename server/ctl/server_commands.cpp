// drawbridgectl server …
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/persons_text.h"
#include "ctl/reason.h"
#include "ctl/remove_command.h"
#include "ctl/reputation_text.h"
#include "ctl/revoke_command.h"
#include "ctl/secret_file.h"
#include "ctl/session.h"
#include "ctl/table.h"
#include "ctl/threshold_command.h"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kDefaultFile = "drawbridge.json";

struct Arguments {
    std::string name;
    std::string owner;
    std::string mode;
    std::string contact;
    std::string out;
    std::string reason;
    bool force = false;
};

std::string when(const json::object& object, std::string_view name, base::UnixMs now) {
    const auto moment = number_of(object, name);
    return moment ? relative_time(*moment, now) : "never";
}

std::string standing(const json::object& server) {
    const auto is = [&](std::string_view member) {
        const auto* value = server.if_contains(member);
        return value != nullptr && value->is_bool() && value->get_bool();
    };
    if (is("removing")) return "removing";
    return is("suspended") ? "suspended" : "working";
}

/// Of `server show`: " (41 %)" while it is being removed.
std::string removal_progress(const json::object& server) {
    const auto* removal = server.if_contains("removal");
    if (removal == nullptr || !removal->is_object()) return {};
    return fmt::format(" ({} %)", text_of(removal->get_object(), "percent"));
}

std::string player_count(const json::object& server) {
    const auto players = number_of(server, "players");
    if (!players) return "-";
    return fmt::format("{}/{}", *players, text_of(server, "max_players"));
}

/// Whether staff have set it, too.
std::string mode_of(const json::object& server, base::UnixMs now) {
    auto mode = text_of(server, "mode");
    const auto breaker = number_of(server, "breaker_at");
    if (!breaker) return mode;
    return fmt::format("{} (breaker, {})", mode, relative_time(*breaker, now));
}

std::string describe(const json::object& server, base::UnixMs now) {
    std::string keys;
    if (const auto* list = server.if_contains("keys"); list != nullptr && list->is_array()) {
        for (const auto& key : list->get_array()) {
            const auto& object = key.as_object();
            if (!keys.empty()) keys += ", ";
            keys += fmt::format(
                "{} ({}, {})",
                text_of(object, "generation"),
                text_of(object, "kind"),
                number_of(object, "first_used_at") ? "in use" : "not used yet"
            );
        }
    }
    return print_fields({
               {"name", text_of(server, "name")},
               {"id", text_of(server, "id")},
               {"owner",
                fmt::format("{} ({})", text_of(server, "owner"), text_of(server, "owner_id"))},
               {"contact", text_of(server, "contact")},
               {"mode", mode_of(server, now)},
               {"evidence", print_thresholds(server)},
               {"standing", standing(server) + removal_progress(server)},
               {"added", when(server, "created_at", now)},
               {"last seen", when(server, "last_seen_at", now)},
               {"players", player_count(server)},
               {"players today", print_persons(server, now)},
               {"waiting events", text_of(server, "outbox")},
               {"network list", text_of(server, "network_cursor")},
               {"owner list", text_of(server, "owner_cursor")},
               {"resource", text_of(server, "resource_version")},
               {"FXServer",
                fmt::format("{} {}", text_of(server, "build"), text_of(server, "platform"))},
               {"keys", keys.empty() ? "-" : keys},
               {"bans", print_tally(tally_of(server, "all"))},
               {"in 90 days", print_tally(tally_of(server, "recent"))},
           }) +
           print_issuers(server);
}

/// Writes the file of `drawbridge.json`'s members and says what to do with it.
std::string hand_over(const json::object& issued, const Arguments& arguments, bool write) {
    std::string text;
    if (write) {
        json::object document;
        for (const char* member : {"url", "server_id", "key_id", "secret", "ca"}) {
            document[member] = issued.at(member);
        }
        write_secret_file(arguments.out, json::serialize(document) + "\n", arguments.force);
        text += fmt::format(
            "wrote {}\nput it into the resource folder; it holds the secret, shown this once\n",
            arguments.out
        );
    }
    text += "or, without the file, type this into the server console within 24 hours:\n\n";
    text += "  " + text_of(issued, "enrol") + "\n";
    return text;
}

/// The common end of add and rotate. With `-o json` a file is written only when it was asked for.
void issue(
    Session& session,
    Arguments& arguments,
    const std::function<json::object()>& request,
    const std::string& headline
) {
    const bool write = !arguments.out.empty() || !session.is_json();
    if (arguments.out.empty()) arguments.out = kDefaultFile;
    if (write) check_writable(arguments.out, arguments.force);
    const auto issued = request();
    const auto text = hand_over(issued, arguments, write);
    session.print(issued, fmt::format("{} ({})\n", headline, text_of(issued, "server_id")) + text);
}

void add(Session& session, Arguments& arguments) {
    json::object body{{"name", arguments.name}};
    if (!arguments.owner.empty()) body["owner"] = arguments.owner;
    if (!arguments.mode.empty()) body["mode"] = arguments.mode;
    if (!arguments.contact.empty()) body["contact"] = arguments.contact;
    issue(
        session,
        arguments,
        [&] {
            return session.api().post(
                make_target({"servers"}),
                with_reason(body, arguments.reason)
            );
        },
        "added " + printable(arguments.name)
    );
}

void rotate(Session& session, Arguments& arguments) {
    const auto target = make_target({"servers", arguments.name, "rotate"});
    issue(
        session,
        arguments,
        [&] { return session.api().post(target, with_reason({}, arguments.reason)); },
        "rotated " + printable(arguments.name) + ": its old secret is dead from now on"
    );
}

void list(Session& session) {
    const auto answer = session.api().get(make_target({"servers"}));
    Table table({"NAME", "ID", "OWNER", "MODE", "STANDING", "LAST SEEN", "PLAYERS", "OVERTURNED"});
    for (const auto& entry : answer.at("servers").as_array()) {
        const auto& server = entry.as_object();
        table.add(
            {text_of(server, "name"),
             text_of(server, "id"),
             text_of(server, "owner"),
             mode_of(server, session.now()),
             standing(server),
             when(server, "last_seen_at", session.now()),
             player_count(server),
             print_overturned(tally_of(server, "all"))}
        );
    }
    const bool none = answer.at("servers").as_array().empty();
    session.print(
        answer,
        none ? "no servers yet; add one with: drawbridgectl server add NAME\n" : table.print()
    );
}

void show(Session& session, const json::object& server) {
    session.print(server, describe(server, session.now()));
}

void add_name(CLI::App* command, Arguments& arguments) {
    command->add_option("NAME", arguments.name, "name or id of the server")->required();
}

void add_out(CLI::App* command, Arguments& arguments) {
    command->add_option("--out", arguments.out, "file to write (default ./drawbridge.json)")
        ->type_name("FILE");
    command->add_flag("--force", arguments.force, "overwrite the file");
}

/// A verb that posts to servers/NAME/VERB and shows the server after it.
void add_switch(CLI::App& noun, Session& session, const char* verb, const char* description) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        verb,
        description,
        fmt::format("  drawbridgectl --data DIR server {} \"Los Santos One\"", verb)
    );
    add_name(command, *arguments);
    add_reason(*command, arguments->reason);
    command->callback([&session, arguments, verb] {
        session.action = [&session, arguments, verb] {
            const auto target = make_target({"servers", arguments->name, verb});
            show(session, session.api().post(target, with_reason({}, arguments->reason)));
        };
    });
}

void add_add(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "add",
        "register a game server and issue its secret",
        "  drawbridgectl --data DIR server add \"Los Santos One\" --out drawbridge.json\n"
        "  drawbridgectl --data DIR server add two --owner \"Los Santos One\" --mode local\n"
        "\n"
        "Modes: bans of local stay with the owner, those of review wait for staff, those of auto\n"
        "bind the network after the grace window."
    );
    command->add_option("NAME", arguments->name, "a name of its own, 1 to 64 bytes")->required();
    command->add_option("--owner", arguments->owner, "name or id of the owner (default: its own)");
    command
        ->add_option("--mode", arguments->mode, "what its bans do to the network (default review)")
        ->check(CLI::IsMember({"local", "review", "auto"}));
    command->add_option("--contact", arguments->contact, "whom of the owner to notify");
    add_out(command, *arguments);
    add_reason(*command, arguments->reason);
    command->callback([&session, arguments] {
        session.action = [&session, arguments] { add(session, *arguments); };
    });
}

void add_rotate(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "rotate",
        "revoke a server's secret at once and issue the next",
        "  drawbridgectl --data DIR server rotate \"Los Santos One\" --out drawbridge.json --force"
    );
    add_name(command, *arguments);
    add_out(command, *arguments);
    add_reason(*command, arguments->reason);
    command->callback([&session, arguments] {
        session.action = [&session, arguments] { rotate(session, *arguments); };
    });
}

void add_set_mode(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "set-mode",
        "change what a server's new bans do to the network",
        "  drawbridgectl --data DIR server set-mode \"Los Santos One\" auto"
    );
    add_name(command, *arguments);
    command->add_option("MODE", arguments->mode, "local, review or auto")
        ->required()
        ->check(CLI::IsMember({"local", "review", "auto"}));
    add_reason(*command, arguments->reason);
    command->callback([&session, arguments] {
        session.action = [&session, arguments] {
            const auto target = make_target({"servers", arguments->name, "mode"});
            const auto body = with_reason({{"mode", arguments->mode}}, arguments->reason);
            show(session, session.api().put(target, body));
        };
    });
}

void add_contact(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "contact",
        "set whom to notify about the servers of this one's owner",
        "  drawbridgectl --data DIR server contact \"Los Santos One\" \"security@example.org\"\n"
        "  drawbridgectl --data DIR server contact \"Los Santos One\" \"\""
    );
    add_name(command, *arguments);
    command->add_option("TEXT", arguments->contact, "up to 200 characters; empty: nobody")
        ->required();
    command->callback([&session, arguments] {
        session.action = [&session, arguments] {
            const auto target = make_target({"servers", arguments->name, "contact"});
            show(session, session.api().put(target, {{"contact", arguments->contact}}));
        };
    });
}

}  // namespace

void add_server_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "server",
        "game servers and their secrets",
        "  drawbridgectl --data DIR server add \"Los Santos One\"\n"
        "  drawbridgectl --data DIR server list"
    );
    noun->require_subcommand(1);
    add_add(*noun, session);
    auto* all =
        add_command(*noun, "list", "all servers", "  drawbridgectl --data DIR server list -o json");
    all->callback([&session] { session.action = [&session] { list(session); }; });

    auto arguments = std::make_shared<Arguments>();
    auto* one = add_command(
        *noun,
        "show",
        "one server with its keys",
        "  drawbridgectl --data DIR server show \"Los Santos One\""
    );
    add_name(one, *arguments);
    one->callback([&session, arguments] {
        session.action = [&session, arguments] {
            show(session, session.api().get(make_target({"servers", arguments->name})));
        };
    });
    add_set_mode(*noun, session);
    add_threshold_command(*noun, session);
    add_contact(*noun, session);
    add_rotate(*noun, session);
    add_switch(*noun, session, "suspend", "refuse a server's requests until it is resumed");
    add_switch(*noun, session, "resume", "take a suspended server's requests again");
    add_revoke_command(*noun, session);
    add_remove_command(*noun, session);
}

}  // namespace drawbridge::ctl
