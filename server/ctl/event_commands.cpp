// drawbridgectl event …
#include "ctl/duration.h"
#include "ctl/moment_option.h"
#include "ctl/session.h"
#include "ctl/table.h"
#include "ctl/targets.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

const std::vector<std::string> kTypes{
    "join",
    "leave",
    "ban",
    "unban",
    "kick",
    "warn",
    "heartbeat",
    "player_count",
    "report",
    "detection",
    "error",
};

struct Filter {
    std::optional<std::string> server;
    std::optional<std::string> type;
    std::string player;
    Span span;
    std::optional<std::string> limit;
    std::optional<std::string> after;
};

/// The members of a payload that say most, in few words.
std::string summary(const json::object& event) {
    const auto* value = event.if_contains("payload");
    const auto* payload = value == nullptr ? nullptr : value->if_object();
    if (payload == nullptr) return "(unreadable)";
    std::string text;
    for (const char* member :
         {"category",
          "code",
          "reason",
          "text",
          "detector",
          "detail",
          "where",
          "message",
          "drop_reason",
          "players",
          "max_players"}) {
        const auto word = payload->contains(member) ? text_of(*payload, member) : std::string("-");
        if (word == "-") continue;
        if (!text.empty()) text += ' ';
        // Numbers mean nothing without their name.
        text += payload->at(member).is_string() ? word : fmt::format("{}={}", member, word);
    }
    return text;
}

std::string name_of_server(const json::object& event) {
    const auto* server = event.if_contains("server");
    return server == nullptr || !server->is_object() ? "-" : text_of(server->get_object(), "name");
}

std::string print_events(const json::array& events, base::UnixMs now) {
    Table table({"SEQ", "WHEN", "TYPE", "SERVER", "PLAYER", "WHAT"});
    for (const auto& entry : events) {
        const auto& event = entry.as_object();
        table.add(
            {text_of(event, "seq"),
             relative_time(number_of(event, "at").value_or(0), now),
             text_of(event, "type"),
             name_of_server(event),
             text_of(event, "profile"),
             summary(event)}
        );
    }
    return table.print();
}

void list(Session& session, const Filter& filter) {
    QueryParameters query{
        {"server", filter.server},
        {"type", filter.type},
        {"since", moment_parameter("--since", filter.span.since, session.now())},
        {"until", moment_parameter("--until", filter.span.until, session.now())},
        {"limit", filter.limit},
        {"after", filter.after},
    };
    if (!filter.player.empty()) {
        query.push_back(player_parameter(session.api(), filter.player, std::cin));
    }
    const auto answer = session.api().get(make_target({"events"}, query));
    const auto& events = answer.at("events").as_array();
    const bool filtered = filter.server || filter.type || filter.after || !filter.player.empty() ||
                          !filter.span.since.empty() || !filter.span.until.empty();
    const auto none = filtered ? "no events match\n" : "no events yet\n";
    session.print(answer, events.empty() ? none : print_events(events, session.now()));
}

}  // namespace

void add_event_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "event",
        "what game servers have reported",
        "  drawbridgectl --data DIR event list --type ban --since 1d"
    );
    noun->require_subcommand(1);
    auto filter = std::make_shared<Filter>();
    auto* command = add_command(
        *noun,
        "list",
        "events in the order of their arrival, the newest unless --after",
        "  drawbridgectl --data DIR event list --server \"Los Santos One\" --type ban\n"
        "  drawbridgectl --data DIR event list --player 42 --since 2025-11-21\n"
        "  drawbridgectl --data DIR -o json event list --after 1000 --limit 500"
    );
    command->add_option("--server", filter->server, "reported by this server (name or id)");
    command->add_option("--type", filter->type, "only these")->check(CLI::IsMember(kTypes));
    command->add_option("--player", filter->player, "about this player; - reads standard input")
        ->type_name("TYPE:VALUE|PROFILE");
    add_span(*command, filter->span);
    command->add_option("--limit", filter->limit, "1 to 500 (default 100)");
    command->add_option("--after", filter->after, "those that arrived after this number (SEQ)");
    command->callback([&session, filter] {
        session.action = [&session, filter] { list(session, *filter); };
    });
}

}  // namespace drawbridge::ctl
