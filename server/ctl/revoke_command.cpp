// drawbridgectl server revoke-actions: shows what a server has caused, asks, takes it back.
#include "ctl/revoke_command.h"

#include "ctl/ban_text.h"
#include "ctl/confirm.h"
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/moment_option.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

// A list longer than this is looked at with `ban list`.
constexpr std::size_t kShownBans = 20;

struct Arguments {
    std::string name;
    Span span;
    std::string adopted = "keep";
    std::string reason;
    bool yes = false;
    bool dry_run = false;
};

std::int64_t size_of(const json::object& object, std::string_view name) {
    return static_cast<std::int64_t>(object.at(name).as_array().size());
}

std::int64_t count_of(const json::object& actions, std::string_view name) {
    return number_of(actions.at(name).as_object(), "count").value_or(0);
}

/// "12 (7 active, 5 proposed)".
std::string print_states(const json::object& bans) {
    std::string text;
    for (const auto& state : bans.at("states").as_object()) {
        text += fmt::format(
            "{}{} {}",
            text.empty() ? "" : ", ",
            state.value().as_int64(),
            std::string_view(state.key().data(), state.key().size())
        );
    }
    const auto count = number_of(bans, "count").value_or(0);
    return count == 0 ? "none" : fmt::format("{} ({})", count, text);
}

std::string print_placed(const json::object& bans) {
    if (number_of(bans, "count").value_or(0) == 0) return "none";
    const auto players = number_of(bans, "players").value_or(0);
    return print_states(bans) + ", of " + print_count(players, "known player", "known players");
}

std::string print_following(const json::object& bans) {
    if (number_of(bans, "count").value_or(0) == 0) return "none";
    const auto servers = number_of(bans, "servers").value_or(0);
    return print_states(bans) + ", on " + print_count(servers, "server", "servers");
}

std::string print_cases(const json::object& cases) {
    const auto closed = size_of(cases, "closed");
    const auto reduced = size_of(cases, "reduced");
    if (closed + reduced == 0) return "none";
    return fmt::format(
        "{} by it withdrawn: {} closed, {} on others' word",
        print_count(number_of(cases, "statements").value_or(0), "statement", "statements"),
        print_count(closed, "case", "cases"),
        print_count(reduced, "stays", "stay")
    );
}

std::string print_span(const json::object& actions) {
    const auto since = absolute_time(number_of(actions, "since").value_or(0));
    const auto until = number_of(actions, "until");
    return since + " until " + (until ? absolute_time(*until) : "now");
}

std::string print_kept(const json::array& kept, base::UnixMs now) {
    if (kept.empty()) return {};
    const json::array shown(
        kept.begin(),
        kept.begin() + static_cast<std::ptrdiff_t>(std::min(kept.size(), kShownBans))
    );
    auto text = "\nkept, for staff have approved them (--adopted lift ends them too)\n" +
                print_bans(shown, now);
    if (kept.size() > kShownBans) text += fmt::format("and {} more\n", kept.size() - kShownBans);
    return text;
}

bool has_any(const json::object& actions) {
    const auto& cases = actions.at("cases").as_object();
    return count_of(actions, "bans") + count_of(actions, "following") + size_of(cases, "closed") +
               size_of(cases, "reduced") + number_of(actions, "links").value_or(0) >
           0;
}

std::string describe(const json::object& actions, base::UnixMs now) {
    const auto& server = actions.at("server").as_object();
    return print_fields({
               {"server", fmt::format("{} ({})", text_of(server, "name"), text_of(server, "id"))},
               {"time", print_span(actions)},
               {"bans", print_placed(actions.at("bans").as_object())},
               {"followed", print_following(actions.at("following").as_object())},
               {"review", print_cases(actions.at("cases").as_object())},
               {"links", text_of(actions, "links")},
               {"kept", print_count(size_of(actions, "kept"), "ban", "bans")},
           }) +
           print_kept(actions.at("kept").as_array(), now);
}

std::string print_done(const json::object& done, base::UnixMs now) {
    if (!has_any(done)) return describe(done, now) + "\nnothing to take back\n";
    const auto& server = done.at("server").as_object();
    auto text = describe(done, now) +
                fmt::format(
                    "\noverturned {}; links and cases as above\n",
                    print_count(count_of(done, "bans") + count_of(done, "following"), "ban", "bans")
                );
    if (server.at("suspended").as_bool()) return text;
    return text + fmt::format(
                      "it is still let in; to stop it: drawbridgectl server suspend {}\n",
                      text_of(server, "id")
                  );
}

json::object look_ahead(Session& session, const Arguments& arguments) {
    const auto now = session.now();
    return session.api().get(make_target(
        {"servers", arguments.name, "actions"},
        {{"since", moment_parameter("--since", arguments.span.since, now)},
         {"until", moment_parameter("--until", arguments.span.until, now)},
         {"adopted", arguments.adopted}}
    ));
}

json::object revoke(Session& session, const json::object& ahead, const std::string& reason) {
    const auto id = text_of(ahead.at("server").as_object(), "id");
    json::object body{
        {"since", ahead.at("since")},
        {"adopted", ahead.at("adopted")},
        {"reason", reason}};
    if (!ahead.at("until").is_null()) body["until"] = ahead.at("until");
    return session.api().post(make_target({"servers", id, "revoke-actions"}), body);
}

void run(Session& session, const Arguments& arguments) {
    if (arguments.reason.empty() && !arguments.dry_run) {
        throw Failure(ExitCode::usage, "--reason is required, but for --dry-run");
    }
    const auto ahead = look_ahead(session, arguments);
    const auto now = session.now();
    if (arguments.dry_run || !has_any(ahead)) {
        session.print(
            ahead,
            describe(ahead, now) +
                (has_any(ahead) ? "\nnothing was done: --dry-run\n" : "\nnothing to take back\n")
        );
        return;
    }
    if (!arguments.yes) {
        const auto name = text_of(ahead.at("server").as_object(), "name");
        confirm(describe(ahead, now) + "\nAll but what is kept ends everywhere, for good.\n", name);
    }
    const auto done = revoke(session, ahead, arguments.reason);
    session.print(done, print_done(done, now));
}

}  // namespace

void add_revoke_command(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "revoke-actions",
        "take back everything that a server has caused since a time",
        "  drawbridgectl --data DIR server revoke-actions \"Los Santos One\" --since 2h --dry-run\n"
        "  drawbridgectl --data DIR server revoke-actions srv_ow2bbykjwmhr --yes \\\n"
        "                --since 2025-11-21T14:03 --reason \"its admin banned everybody\"\n"
        "\n"
        "Lifts its bans of that time and all that followed from them on other servers, takes its\n"
        "reports and detections out of open cases, and drops the links it made. What staff have\n"
        "approved is kept unless --adopted lift says otherwise."
    );
    command->add_option("NAME", arguments->name, "name or id of the server")->required();
    add_span(*command, arguments->span);
    command->get_option("--since")->required();
    command
        ->add_option("--adopted", arguments->adopted, "bans that staff have approved: keep or lift")
        ->check(CLI::IsMember({"keep", "lift"}))
        ->capture_default_str();
    command->add_option("--reason", arguments->reason, "why; needed to do it, stands in the audit");
    command->add_flag("--yes", arguments->yes, "do not ask");
    command->add_flag("--dry-run", arguments->dry_run, "show what would end, and change nothing");
    command->callback([&session, arguments] {
        session.action = [&session, arguments] { run(session, *arguments); };
    });
}

}  // namespace drawbridge::ctl
