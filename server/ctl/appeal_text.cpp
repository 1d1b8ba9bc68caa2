#include "ctl/appeal_text.h"

#include "ctl/api.h"
#include "ctl/ban_text.h"
#include "ctl/duration.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string when(const json::object& object, std::string_view name, base::UnixMs now) {
    const auto at = number_of(object, name);
    return at ? relative_time(*at, now) : "-";
}

std::string both(const json::object& object, std::string_view name, base::UnixMs now) {
    const auto at = number_of(object, name).value_or(0);
    return fmt::format("{} ({})", absolute_time(at), relative_time(at, now));
}

bool is_open(const json::object& appeal) {
    return text_of(appeal, "state") == "open";
}

bool is_overdue(const json::object& appeal) {
    return appeal.at("overdue").as_bool();
}

std::string deadline(const json::object& appeal, base::UnixMs now) {
    if (!is_open(appeal)) return "closed " + when(appeal, "decided_at", now);
    return (is_overdue(appeal) ? "OVERDUE, " : "") + when(appeal, "due_at", now);
}

std::string origin(const json::object& appeal) {
    const auto* server = appeal.at("server").if_object();
    return server == nullptr ? "staff" : text_of(*server, "name");
}

/// "player, 2 d ago (by ann)": what a player wrote was recorded by somebody.
std::string heading(const json::object& message, base::UnixMs now) {
    const auto from = text_of(message, "from");
    return fmt::format("{}, {} ({})", from, when(message, "at", now), text_of(message, "who"));
}

std::string print_messages(const json::array& messages, base::UnixMs now) {
    Fields fields;
    for (const auto& entry : messages) {
        const auto& message = entry.as_object();
        const auto text = text_of(message, "text");
        fields.emplace_back(heading(message, now), text.empty() ? "(no words)" : text);
    }
    return print_fields(fields);
}

}  // namespace

std::string print_appeals(const json::array& appeals, base::UnixMs now) {
    Table table({"APPEAL", "BAN", "STATE", "OPENED", "DUE", "WITH", "LAST WORD", "FROM"});
    for (const auto& entry : appeals) {
        const auto& appeal = entry.as_object();
        table.add(
            {text_of(appeal, "appeal"),
             text_of(appeal, "ban"),
             text_of(appeal, "state"),
             when(appeal, "opened_at", now),
             deadline(appeal, now),
             text_of(appeal, "with"),
             fmt::format("{}, {}", text_of(appeal, "last_by"), when(appeal, "last_at", now)),
             origin(appeal)}
        );
    }
    return table.print();
}

std::string describe_appeal(const json::object& appeal, base::UnixMs now) {
    Fields fields{
        {"appeal", text_of(appeal, "appeal")},
        {"state", text_of(appeal, "state") + (is_overdue(appeal) ? ", OVERDUE" : "")},
        {"ban", fmt::format("{}, {}", text_of(appeal, "ban"), text_of(appeal, "ban_state"))},
        {"opened", both(appeal, "opened_at", now)},
        {"due", both(appeal, "due_at", now)},
        {"contact", text_of(appeal, "contact")},
    };
    if (is_open(appeal)) {
        fields.emplace_back("with", text_of(appeal, "with"));
    } else {
        fields.emplace_back("closed", both(appeal, "decided_at", now));
        fields.emplace_back("decided by", text_of(appeal, "decided_by"));
    }
    if (text_of(appeal, "follows") != "-") {
        fields.emplace_back(
            "note",
            fmt::format(
                "this ban follows from {}; lifting it alone leaves that one in force",
                text_of(appeal, "follows")
            )
        );
    }
    return print_fields(fields) + "\n" + print_messages(appeal.at("messages").as_array(), now) +
           "\n" + describe_ban(appeal.at("about").as_object(), now);
}

std::string summarize_appeal(const json::object& appeal, base::UnixMs now) {
    if (!is_open(appeal)) {
        return fmt::format("{} {}", text_of(appeal, "state"), when(appeal, "decided_at", now));
    }
    return fmt::format(
        "open, opened {}, {}due {}",
        when(appeal, "opened_at", now),
        is_overdue(appeal) ? "OVERDUE, " : "",
        when(appeal, "due_at", now)
    );
}

}  // namespace drawbridge::ctl
