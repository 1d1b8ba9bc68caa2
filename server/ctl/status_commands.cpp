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

/// A count of the object with its noun.
std::string count_of(
    const json::object& object,
    std::string_view key,
    std::string_view one,
    std::string_view many
) {
    return print_count(number_of(object, key).value_or(0), one, many);
}

/// Of servers and owners.
std::string describe_person_limit(const json::object& object) {
    const auto limited = number_of(object, "persons_limited").value_or(0);
    return limited > 0 ? fmt::format("LIMIT: {} met more players than it may; ", limited) : "";
}

std::string describe_servers(const json::object& servers) {
    const auto stopped = number_of(servers, "breaker").value_or(0);
    return (stopped > 0 ? fmt::format("BREAKER: {} behind it; ", stopped) : "") +
           describe_person_limit(servers) +
           fmt::format(
               "{} of {} online, {}; {} without the current lists, {} suspended",
               text_of(servers, "online"),
               text_of(servers, "total"),
               count_of(servers, "players", "player", "players"),
               text_of(servers, "behind"),
               text_of(servers, "suspended")
           );
}

std::string describe_owners(const json::object& owners) {
    const auto limited = number_of(owners, "limited").value_or(0);
    return (limited > 0 ? fmt::format("LIMIT: {} banned as much as it may; ", limited) : "") +
           describe_person_limit(owners) +
           fmt::format("{}, {} new", text_of(owners, "total"), text_of(owners, "new"));
}

std::string describe_bans(const json::object& status) {
    const auto orphaned = number_of(status, "orphaned_bans").value_or(0);
    return (orphaned > 0 ? fmt::format("ORPHANED: {} (ban list --orphaned); ", orphaned) : "") +
           counts(status.at("bans").as_object());
}

std::string describe_appeals(const json::object& appeals) {
    const auto overdue = number_of(appeals, "overdue").value_or(0);
    return text_of(appeals, "open") + " open" +
           (overdue > 0 ? fmt::format(", {} OVERDUE", overdue) : "");
}

std::string describe_certificate(const json::object& certificate) {
    return count_of(certificate, "days_left", "day", "days") + " left";
}

/// In the operator's words; empty when all is well.
std::string store_trouble(const std::string& state) {
    if (state == "refused") return "NO ROOM OR LOCKED: nothing new is accepted; ";
    if (state == "checking") return "I/O ERROR: nothing new is accepted until it was checked; ";
    if (state == "damaged") return "DAMAGED: restore a backup; ";
    return {};
}

std::string describe_data_plane(const json::value& data_plane) {
    if (!data_plane.is_object()) return "-";
    const auto& object = data_plane.get_object();
    return fmt::format(
        "{}, {}",
        count_of(object, "connections", "connection", "connections"),
        count_of(object, "parked", "parked poll", "parked polls")
    );
}

std::string describe_events(const json::object& events, base::UnixMs now) {
    const auto last = number_of(events, "last_received_at");
    if (!last) return "none stored";
    return fmt::format(
        "{} stored, the last {}",
        text_of(events, "stored"),
        relative_time(*last, now)
    );
}

std::string describe_crashes(const json::value& crashes, base::UnixMs now) {
    if (!crashes.is_object()) return "-";
    const auto& object = crashes.get_object();
    const auto last = number_of(object, "last_at");
    if (!last) return "no trace of one";
    return fmt::format(
        "{}, the last {}",
        count_of(object, "kept", "trace", "traces"),
        relative_time(*last, now)
    );
}

std::string describe_backups(const json::value& backups, base::UnixMs now) {
    if (!backups.is_object()) return "-";
    const auto& object = backups.get_object();
    std::string text = "none yet";
    if (const auto& last = object.at("last"); last.is_object()) {
        const auto& backup = last.get_object();
        text = fmt::format(
            "the last {}, {}, verified",
            relative_time(number_of(backup, "created_at").value_or(0), now),
            print_bytes(number_of(backup, "bytes").value_or(0))
        );
    }
    if (const auto& current = object.at("current"); current.is_object()) {
        text += "; now " + text_of(current.get_object(), "state");
    }
    if (const auto& failure = object.at("last_failure"); failure.is_object()) {
        text += fmt::format(
            "; FAILED {}: {}",
            relative_time(number_of(failure.get_object(), "started_at").value_or(0), now),
            text_of(failure.get_object(), "problem")
        );
    }
    return text;
}

std::string describe_keys(const json::object& keys, base::UnixMs now) {
    const auto ago = [&](std::string_view name) {
        return relative_time(number_of(keys, name).value_or(0), now);
    };
    auto text =
        fmt::format("data keys made {}, master key {}", ago("data_since"), ago("master_since"));
    const auto* reencryption = keys.at("reencryption").if_object();
    if (reencryption == nullptr || text_of(*reencryption, "state") == "done") return text;
    return fmt::format(
        "RE-ENCRYPTING, {} %, begun {}; {}",
        text_of(*reencryption, "percent"),
        ago("data_since"),
        text
    );
}

void add_removals(const json::array& removals, base::UnixMs now, Fields& fields) {
    for (const auto& entry : removals) {
        const auto& removal = entry.as_object();
        fields.emplace_back(
            "removing",
            fmt::format(
                "{} ({}), {} %, begun {}",
                text_of(removal, "name"),
                text_of(removal, "id"),
                text_of(removal, "percent"),
                relative_time(number_of(removal, "began_at").value_or(0), now)
            )
        );
    }
}

void add_lists(const json::array& lists, Fields& fields) {
    for (const auto& entry : lists) {
        const auto& list = entry.as_object();
        const bool network = text_of(list, "list") == "network";
        fields.emplace_back(
            network ? "network list" : "owner list",
            fmt::format(
                "{}{}, at {}",
                network ? "" : text_of(list, "owner") + ": ",
                count_of(list, "entries", "entry", "entries"),
                text_of(list, "cursor")
            )
        );
    }
}

std::string print_period(const std::optional<std::int64_t>& seconds) {
    constexpr std::int64_t kDay = 86'400;
    if (!seconds) return "for ever";
    return *seconds % kDay == 0 ? fmt::format("{} d", *seconds / kDay) : print_duration(*seconds);
}

void add_retention(const json::array& categories, base::UnixMs now, Fields& fields) {
    for (const auto& entry : categories) {
        const auto& category = entry.as_object();
        const auto period = number_of(category, "period_seconds");
        const auto oldest = number_of(category, "oldest_at");
        fields.emplace_back(
            "kept",
            fmt::format(
                "{}: {}{}{}",
                text_of(category, "category"),
                print_period(period),
                oldest ? ", the oldest from " + relative_time(*oldest, now) : "",
                category.at("deleted").is_null() ? ""
                                                 : ", " + text_of(category, "deleted") + " deleted"
            )
        );
    }
}

std::string describe(const json::object& status, base::UnixMs now) {
    const auto& database = status.at("database").as_object();
    Fields fields{
        {"version", text_of(status, "version")},
        {"address", text_of(status, "url")},
        {"running for", print_duration(number_of(status, "uptime_seconds").value_or(0))},
        {"certificate", describe_certificate(status.at("certificate").as_object())},
        {"servers", describe_servers(status.at("servers").as_object())},
        {"owners", describe_owners(status.at("owners").as_object())},
        {"data plane", describe_data_plane(status.at("data_plane"))},
        {"bans", describe_bans(status)},
        {"appeals", describe_appeals(status.at("appeals").as_object())},
        {"events", describe_events(status.at("events").as_object(), now)},
        {"database",
         fmt::format(
             "{}{} and {} of log, {} waiting",
             store_trouble(text_of(database, "state")),
             print_bytes(number_of(database, "bytes").value_or(0)),
             print_bytes(number_of(database, "log_bytes").value_or(0)),
             count_of(database, "queue", "job", "jobs")
         )},
    };
    fields.emplace_back("crashes", describe_crashes(status.at("crashes"), now));
    fields.emplace_back("backups", describe_backups(status.at("backups"), now));
    fields.emplace_back("keys", describe_keys(status.at("keys").as_object(), now));
    const auto& requests = status.at("requests");
    if (requests.is_object()) fields.emplace_back("requests", counts(requests.get_object()));
    // To be noted elsewhere: `audit verify --head` compares it.
    fields.emplace_back("audit head", text_of(status.at("audit").as_object(), "head"));
    add_removals(status.at("removals").as_array(), now, fields);
    add_lists(status.at("lists").as_array(), fields);
    add_retention(status.at("retention").as_array(), now, fields);
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
