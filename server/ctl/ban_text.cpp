#include "ctl/ban_text.h"

#include "ctl/api.h"
#include "ctl/appeal_text.h"
#include "ctl/duration.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

std::string origin(const json::object& ban) {
    const auto* server = ban.if_contains("server");
    if (server == nullptr) return "-";  // of another's ban an operator is not told
    if (!server->is_object()) return ban.at("adopted").as_bool() ? "staff" : "a removed server";
    return text_of(server->get_object(), "name");
}

std::string end_of(const json::object& ban, base::UnixMs now) {
    const auto expires = number_of(ban, "expires_at");
    return expires ? relative_time(*expires, now) : "never";
}

std::string tags_of(const json::object& ban) {
    std::string text;
    for (const auto& type : array_of(ban, "tags")) {
        if (!text.empty()) text += ", ";
        text += std::string(type.as_string());
    }
    return text;
}

std::string superseded_by(const json::object& ban) {
    std::string text;
    for (const auto& code : array_of(ban, "supersedes")) {
        if (!text.empty()) text += ", ";
        text += std::string(code.as_string());
    }
    return text;
}

std::string followers_of(const json::object& ban) {
    const auto* followers = ban.if_contains("followers");
    if (followers == nullptr) return {};
    std::string text;
    for (const auto& entry : followers->as_array()) {
        if (!text.empty()) text += ", ";
        const auto& follower = entry.as_object();
        text += fmt::format("{} ({})", text_of(follower, "code"), text_of(follower, "state"));
    }
    return text;
}

/// A ban that was wrong is told from one that was pardoned.
std::string led_to(const json::object& change) {
    const auto state = text_of(change, "to");
    return text_of(change, "action") == "overturn" ? state + " (overturned)" : state;
}

std::string history(const json::object& ban) {
    const auto* changes = ban.if_contains("changes");
    if (changes == nullptr || changes->as_array().empty()) return {};
    Table table({"WHEN", "FROM", "TO", "WHO", "WHY"});
    for (const auto& entry : changes->as_array()) {
        const auto& change = entry.as_object();
        const auto who = text_of(change, "who");
        table.add(
            {absolute_time(number_of(change, "at").value_or(0)),
             text_of(change, "from"),
             led_to(change),
             who == "-" ? text_of(change, "actor") : who,
             text_of(change, "reason")}
        );
    }
    return "\n" + table.print();
}

std::string reach(const json::object& list, base::UnixMs now) {
    const auto entries = number_of(list, "entries").value_or(0);
    const auto applied = number_of(list, "applied").value_or(0);
    const auto servers = number_of(list, "servers").value_or(0);
    if (entries == 0 && applied == servers) return "not on it";
    auto text = fmt::format(
        "{} {} of {}",
        entries == 0 ? "not on it, as known on"
                     : print_count(entries, "entry", "entries") + ", in force on",
        applied,
        print_count(servers, "server", "servers")
    );
    if (const auto last = number_of(list, "last_applied_at"); last && entries > 0) {
        text += fmt::format(", on the last one since {}", relative_time(*last, now));
    }
    return text;
}

std::string missing_of(const json::object& list, base::UnixMs now) {
    std::string text;
    for (const auto& entry : list.at("missing").as_array()) {
        const auto& server = entry.as_object();
        const auto seen = number_of(server, "seen_at");
        if (!text.empty()) text += ", ";
        text += fmt::format(
            "{} ({})",
            text_of(server, "name"),
            seen ? "heard of " + relative_time(*seen, now) : "never heard of"
        );
    }
    return text;
}

/// "silent, seen 97 d ago"; empty: it is no orphan.
std::string why_orphaned(const json::object& ban, base::UnixMs now) {
    const auto* orphaned = ban.if_contains("orphaned");
    if (orphaned == nullptr || !orphaned->is_object()) return {};
    const auto& orphan = orphaned->get_object();
    const auto why = text_of(orphan, "why");
    if (why == "server_removed") return "its server was removed";
    const auto last = number_of(orphan, "last_seen_at");
    return fmt::format(
        "its server is {}, {}",
        why == "server_suspended" ? "suspended" : "silent",
        last ? "seen " + relative_time(*last, now) : "never seen"
    );
}

std::string moment(const json::object& ban, std::string_view name, base::UnixMs now) {
    const auto at = number_of(ban, name);
    return at ? fmt::format("{} ({})", absolute_time(*at), relative_time(*at, now)) : "-";
}

/// Links and notes, and what a machine has seen.
void add_evidence(
    const json::object& ban,
    base::UnixMs now,
    std::vector<std::pair<std::string, std::string>>& fields
) {
    if (const auto* evidence = ban.if_contains("evidence")) {
        for (const auto& entry : evidence->as_array()) {
            const auto& piece = entry.as_object();
            const bool is_staff = text_of(piece, "actor") == "admin";
            fields.emplace_back(
                "evidence",
                text_of(piece, "text") + (is_staff ? " (added by staff)" : "")
            );
        }
    }
    if (const auto* detections = ban.if_contains("detections")) {
        for (const auto& entry : detections->as_array()) {
            const auto& detection = entry.as_object();
            fields.emplace_back(
                "detected",
                fmt::format(
                    "{}, {} %, {}: {} (event {})",
                    text_of(detection, "detector"),
                    text_of(detection, "confidence"),
                    relative_time(number_of(detection, "at").value_or(0), now),
                    text_of(detection, "detail"),
                    text_of(detection, "event")
                )
            );
        }
    }
}

void add_appeals(
    const json::object& ban,
    base::UnixMs now,
    std::vector<std::pair<std::string, std::string>>& fields
) {
    if (const auto* appeals = ban.if_contains("appeals")) {
        for (const auto& appeal : appeals->as_array()) {
            const auto name = "appeal " + text_of(appeal.as_object(), "appeal");
            fields.emplace_back(name, summarize_appeal(appeal.as_object(), now));
        }
    }
}

void add_lists(
    const json::object& ban,
    base::UnixMs now,
    std::vector<std::pair<std::string, std::string>>& fields
) {
    if (const auto* lists = ban.if_contains("lists"); lists != nullptr && lists->is_array()) {
        for (const auto& entry : lists->get_array()) {
            const auto& list = entry.as_object();
            fields.emplace_back(text_of(list, "list") + " list", reach(list, now));
            if (const auto missing = missing_of(list, now); !missing.empty()) {
                fields.emplace_back("not yet on", missing);
            }
        }
    }
}

}  // namespace

std::string print_bans(const json::array& bans, base::UnixMs now) {
    Table table({"CODE", "STATE", "CATEGORY", "FROM", "MADE", "ENDS", "REASON"});
    for (const auto& entry : bans) {
        const auto& ban = entry.as_object();
        table.add(
            {text_of(ban, "code"),
             text_of(ban, "state"),
             text_of(ban, "category"),
             origin(ban),
             age_of(ban, "created_at", now),
             end_of(ban, now),
             text_of(ban, "reason")}
        );
    }
    return table.print();
}

std::string print_orphans(const json::array& bans, base::UnixMs now) {
    Table table({"CODE", "CATEGORY", "FROM", "MADE", "WHY", "REASON"});
    for (const auto& entry : bans) {
        const auto& ban = entry.as_object();
        table.add(
            {text_of(ban, "code"),
             text_of(ban, "category"),
             origin(ban),
             relative_time(number_of(ban, "created_at").value_or(0), now),
             why_orphaned(ban, now),
             text_of(ban, "reason")}
        );
    }
    return table.print();
}

std::string describe_ban(const json::object& ban, base::UnixMs now) {
    std::vector<std::pair<std::string, std::string>> fields{
        {"code", text_of(ban, "code")},
        {"state", text_of(ban, "state")},
        {"category", text_of(ban, "category")},
        {"reason", text_of(ban, "reason")},
        {"from", origin(ban)},
        {"issuer", text_of(ban, "issuer")},
        {"player", text_of(ban, "profile")},
        {"banned by", tags_of(ban)},
        {"made", moment(ban, "created_at", now)},
        {"ends", number_of(ban, "expires_at") ? moment(ban, "expires_at", now) : "never"},
    };
    if (number_of(ban, "grace_until")) {
        fields.emplace_back("on the network", moment(ban, "grace_until", now));
    }
    if (number_of(ban, "decided_at")) {
        fields.emplace_back("decided", moment(ban, "decided_at", now));
        fields.emplace_back("decided by", text_of(ban, "decided_by"));
        fields.emplace_back("note", text_of(ban, "decision_note"));
    }
    if (text_of(ban, "state") == "awaiting") {
        fields.emplace_back(
            "waits for",
            fmt::format(
                "somebody other than {}: ban confirm {}",
                text_of(ban, "decided_by"),
                text_of(ban, "code")
            )
        );
    }
    if (const auto why = why_orphaned(ban, now); !why.empty()) {
        const auto code = text_of(ban, "code");
        fields.emplace_back(
            "orphaned",
            fmt::format("{0}: ban keep {1}, or ban lift {1}", why, code)
        );
    }
    if (text_of(ban, "superseded_by") != "-") {
        fields.emplace_back("superseded by", text_of(ban, "superseded_by"));
    }
    if (const auto replaced = superseded_by(ban); !replaced.empty()) {
        fields.emplace_back("in place of", replaced);
    }
    if (text_of(ban, "follows") != "-") {
        fields.emplace_back("follows from", text_of(ban, "follows"));
    }
    if (const auto followers = followers_of(ban); !followers.empty()) {
        fields.emplace_back("followed by", followers);
    }
    add_evidence(ban, now, fields);
    add_appeals(ban, now, fields);
    add_lists(ban, now, fields);
    return print_fields(fields) + history(ban);
}

}  // namespace drawbridge::ctl
