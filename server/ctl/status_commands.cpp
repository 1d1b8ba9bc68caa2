// drawbridgectl status and metrics.
#include "ctl/duration.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

using Fields = std::vector<std::pair<std::string, std::string>>;

/// "3 active, 1 proposed"; what is 0 is left out.
std::string counts(const json::object& object) {
    std::string text;
    for (const auto& member : object) {
        if (!member.value().is_int64() || member.value().get_int64() == 0) continue;
        if (!text.empty()) text += ", ";
        text += fmt::format(
            "{} {}",
            member.value().get_int64(),
            std::string_view(member.key().data(), member.key().size())
        );
    }
    return text.empty() ? "none" : text;
}

std::string describe_servers(const json::object& servers) {
    return fmt::format(
        "{} of {} online, {} players; {} without the current lists, {} suspended",
        text_of(servers, "online"),
        text_of(servers, "total"),
        text_of(servers, "players"),
        text_of(servers, "behind"),
        text_of(servers, "suspended")
    );
}

std::string describe_certificate(const json::object& certificate) {
    const auto days = text_of(certificate, "days_left");
    return days + (days == "1" ? " day left" : " days left");
}

std::string describe_data_plane(const json::value& data_plane) {
    if (!data_plane.is_object()) return "-";
    const auto& object = data_plane.get_object();
    return fmt::format(
        "{} connections, {} parked polls",
        text_of(object, "connections"),
        text_of(object, "parked")
    );
}

void add_lists(const json::array& lists, Fields& fields) {
    for (const auto& entry : lists) {
        const auto& list = entry.as_object();
        const bool network = text_of(list, "list") == "network";
        fields.emplace_back(
            network ? "network list" : "owner list",
            fmt::format(
                "{}{} entries, at {}",
                network ? "" : text_of(list, "owner") + ": ",
                text_of(list, "entries"),
                text_of(list, "cursor")
            )
        );
    }
}

std::string describe(const json::object& status, base::UnixMs now) {
    const auto& database = status.at("database").as_object();
    const auto& events = status.at("events").as_object();
    const auto last = number_of(events, "last_received_at");
    Fields fields{
        {"version", text_of(status, "version")},
        {"address", text_of(status, "url")},
        {"running for", print_duration(number_of(status, "uptime_seconds").value_or(0))},
        {"certificate", describe_certificate(status.at("certificate").as_object())},
        {"servers", describe_servers(status.at("servers").as_object())},
        {"data plane", describe_data_plane(status.at("data_plane"))},
        {"bans", counts(status.at("bans").as_object())},
        {"events",
         fmt::format(
             "{} stored, the last {}",
             text_of(events, "stored"),
             last ? relative_time(*last, now) : "never"
         )},
        {"database",
         fmt::format(
             "{} and {} of log, {} jobs waiting",
             print_bytes(number_of(database, "bytes").value_or(0)),
             print_bytes(number_of(database, "log_bytes").value_or(0)),
             text_of(database, "queue")
         )},
    };
    const auto& requests = status.at("requests");
    if (requests.is_object()) fields.emplace_back("requests", counts(requests.get_object()));
    add_lists(status.at("lists").as_array(), fields);
    return print_fields(fields);
}

}  // namespace

void add_status_commands(CLI::App& root, Session& session) {
    auto* status = add_command(
        root,
        "status",
        "how the daemon, its servers and lists are doing",
        "  drawbridgectl --data DIR status\n"
        "  drawbridgectl --data DIR -o json status"
    );
    status->callback([&session] {
        session.action = [&session] {
            const auto answer = session.api().get(make_target({"status"}));
            session.print(answer, describe(answer, session.now()));
        };
    });
    auto* metrics = add_command(
        root,
        "metrics",
        "the same and more as Prometheus text",
        "  drawbridgectl --data DIR metrics"
    );
    metrics->callback([&session] {
        session.action = [&session] {
            const auto text = session.api().get_text(make_target({"metrics"}));
            // Prometheus text has no JSON form of its own: the document carries it whole.
            session.print({{"metrics", text}}, text);
        };
    });
}

}  // namespace drawbridge::ctl
