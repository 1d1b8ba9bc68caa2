// drawbridgectl server remove: asks, begins the removal, and waits until nothing is left.
#include "ctl/remove_command.h"

#include "ctl/confirm.h"
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/progress_line.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kAskEvery{200};
// A list longer than this is looked at with `ban list`.
constexpr std::size_t kShownBans = 20;

struct Arguments {
    std::string name;
    std::string bans;
    std::string reason;
    bool yes = false;
    bool no_wait = false;
};

bool is_true(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string print_bans(const json::array& bans) {
    Table table({"CODE", "CATEGORY", "REASON"});
    for (std::size_t i = 0; i < bans.size() && i < kShownBans; ++i) {
        const auto& ban = bans.at(i).as_object();
        table.add({text_of(ban, "code"), text_of(ban, "category"), text_of(ban, "reason")});
    }
    auto text = table.print();
    if (bans.size() > kShownBans) text += fmt::format("and {} more\n", bans.size() - kShownBans);
    return text;
}

std::string headline(const json::array& bans) {
    return fmt::format(
        "in force on the network and resting on this server: {}\n",
        print_count(static_cast<std::int64_t>(bans.size()), "ban", "bans")
    );
}

void require_word_on_bans(const json::array& bans, const std::string& said) {
    if (bans.empty() || !said.empty()) return;
    throw Failure(
        ExitCode::refused,
        headline(bans) + print_bans(bans) +
            "say what becomes of them: --bans keep leaves them in force without the server, "
            "--bans lift ends them"
    );
}

std::string warning(const json::object& server, const json::object& outlook, bool lifts) {
    const auto& bans = outlook.at("bans").as_array();
    std::string text = fmt::format(
        "This deletes {} ({}) and all that it has ever sent, for good.\n",
        printable(text_of(server, "name")),
        text_of(server, "id")
    );
    if (is_true(outlook, "removes_owner")) {
        text += fmt::format(
            "It is the last server of its owner {}, who goes too.\n",
            printable(text_of(server, "owner"))
        );
    }
    if (bans.empty()) return text;
    return text + headline(bans) + print_bans(bans) +
           (lifts ? "They will be lifted.\n" : "They will stay in force.\n");
}

bool has_ended(const json::object& removal) {
    return text_of(removal, "state") == "removed";
}

json::object wait_for(Session& session, json::object removal) {
    const auto target = make_target({"servers", text_of(removal, "id"), "removal"});
    ProgressLine line;
    while (!has_ended(removal)) {
        std::this_thread::sleep_for(kAskEvery);
        removal = session.api().get(target);
        line.show("deleting", number_of(removal, "percent").value_or(0));
    }
    return removal;
}

std::string print_removal(const json::object& removal, const std::string& name) {
    const auto id = text_of(removal, "id");
    if (!has_ended(removal)) {
        return fmt::format(
            "revoked {0} ({1}); what belongs to it is being deleted\n"
            "how far that is: drawbridgectl server show {1}\n",
            printable(name),
            id
        );
    }
    std::string counts;
    for (const auto& step : removal.at("deleted").as_object()) {
        if (!step.value().is_int64() || step.value().get_int64() == 0) continue;
        counts += fmt::format(
            "{}{} {}",
            counts.empty() ? "" : ", ",
            std::string_view(step.key().data(), step.key().size()),
            step.value().get_int64()
        );
    }
    return print_fields(
        {{"removed", fmt::format("{} ({})", printable(name), id)}, {"rows deleted", counts}}
    );
}

json::object begin(Session& session, const Arguments& arguments, const json::object& server) {
    const auto id = text_of(server, "id");
    const auto outlook = session.api().get(make_target({"servers", id, "network-bans"}));
    require_word_on_bans(outlook.at("bans").as_array(), arguments.bans);
    if (!arguments.yes) {
        confirm(warning(server, outlook, arguments.bans == "lift"), text_of(server, "name"));
    }
    json::object body{{"reason", arguments.reason}};
    if (!arguments.bans.empty()) body["bans"] = arguments.bans;
    return session.api().post(make_target({"servers", id, "remove"}), body);
}

void remove(Session& session, const Arguments& arguments) {
    const auto server = session.api().get(make_target({"servers", arguments.name}));
    // Given twice, for instance after the connection was lost, it waits for what it began.
    auto removal = is_true(server, "removing") ? server.at("removal").as_object()
                                               : begin(session, arguments, server);
    if (!arguments.no_wait) removal = wait_for(session, std::move(removal));
    session.print(removal, print_removal(removal, text_of(server, "name")));
}

}  // namespace

void add_remove_command(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "remove",
        "revoke a server at once and delete all that belongs to it",
        "  drawbridgectl --data DIR server remove \"Los Santos One\" --reason \"has closed\"\n"
        "  drawbridgectl --data DIR server remove srv_ow2bbykjwmhr --reason \"left\" \\\n"
        "                --bans keep --yes\n"
        "\n"
        "It cannot be undone. An owner whose last server it is goes too. Bans of the server that\n"
        "are in force on the network are kept or lifted, as --bans says."
    );
    command->add_option("NAME", arguments->name, "name or id of the server")->required();
    command->add_option("--reason", arguments->reason, "why; stands in the audit")->required();
    command->add_option("--bans", arguments->bans, "its bans in force on the network: keep or lift")
        ->check(CLI::IsMember({"keep", "lift"}));
    command->add_flag("--yes", arguments->yes, "do not ask");
    command->add_flag("--no-wait", arguments->no_wait, "end once it is revoked");
    command->callback([&session, arguments] {
        session.action = [&session, arguments] { remove(session, *arguments); };
    });
}

}  // namespace drawbridge::ctl
