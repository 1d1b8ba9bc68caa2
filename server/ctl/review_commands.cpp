// drawbridgectl review …
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct Filter {
    std::optional<std::string> state;
    std::optional<std::string> category;
    std::optional<std::string> limit;
    std::optional<std::string> after;
};

std::string print_cases(const json::array& cases, base::UnixMs now) {
    Table table(
        {"CASE", "OPENED", "STATE", "PLAYER", "CATEGORY", "REPORTS", "DETECTIONS", "SERVERS"}
    );
    for (const auto& entry : cases) {
        const auto& found = entry.as_object();
        table.add(
            {text_of(found, "case"),
             age_of(found, "opened_at", now),
             text_of(found, "state"),
             text_of(found, "profile"),
             text_of(found, "category"),
             text_of(found, "reports"),
             text_of(found, "detections"),
             text_of(found, "servers")}
        );
    }
    return table.print();
}

/// "player 7 (2 right, 1 wrong)", or what the machine calls itself.
std::string source_of(const json::object& statement) {
    if (text_of(statement, "detector") != "-") {
        return fmt::format(
            "{} ({} %)",
            text_of(statement, "detector"),
            text_of(statement, "confidence")
        );
    }
    const auto* source = statement.if_contains("reporter");
    if (source == nullptr) return "-";  // an operator is not told
    const auto* reporter = source->if_object();
    if (reporter == nullptr) return "somebody unknown";
    return fmt::format(
        "player {} ({} right, {} wrong)",
        text_of(*reporter, "profile"),
        text_of(*reporter, "upheld"),
        text_of(*reporter, "rejected")
    );
}

std::string print_statements(const json::array& statements, base::UnixMs now) {
    Table table({"WHEN", "SERVER", "CATEGORY", "BY", "WHAT"});
    for (const auto& entry : statements) {
        const auto& statement = entry.as_object();
        table.add(
            {relative_time(number_of(statement, "at").value_or(0), now),
             text_of(statement.at("server").as_object(), "name"),
             text_of(statement, "category"),
             source_of(statement),
             text_of(statement, "text")}
        );
    }
    return table.print();
}

std::string support_of(const json::object& found) {
    const auto reports = number_of(found, "reports");
    if (!reports) return "-";
    const auto count = [&](const char* member, const char* one, const char* many) {
        return print_count(number_of(found, member).value_or(0), one, many);
    };
    return fmt::format(
        "{} by {}, {}; from {} of {}, {} trusted",
        print_count(*reports, "report", "reports"),
        count("reporters", "known player", "known players"),
        count("detections", "detection", "detections"),
        count("servers", "server", "servers"),
        count("owners", "owner", "owners"),
        text_of(found, "trusted_owners")
    );
}

std::string describe(const json::object& found, base::UnixMs now) {
    std::vector<std::pair<std::string, std::string>> fields{
        {"case", text_of(found, "case")},
        {"state", text_of(found, "state")},
        {"category", text_of(found, "category")},
        {"player", text_of(found, "profile")},
        {"opened", age_of(found, "opened_at", now)},
        {"support", support_of(found)},
    };
    if (const auto decided = number_of(found, "decided_at")) {
        fields.emplace_back("decided", relative_time(*decided, now));
        fields.emplace_back("decided by", text_of(found, "decided_by"));
        fields.emplace_back("note", text_of(found, "note"));
    }
    if (text_of(found, "ban") != "-") fields.emplace_back("ban", text_of(found, "ban"));
    return print_fields(fields) + "\n" + print_statements(found.at("statements").as_array(), now);
}

void show(Session& session, const json::object& found) {
    session.print(found, describe(found, session.now()));
}

void list(Session& session, const Filter& filter) {
    const auto answer = session.api().get(make_target(
        {"review"},
        {{"state", filter.state},
         {"category", filter.category},
         {"limit", filter.limit},
         {"after", filter.after}}
    ));
    const auto& cases = answer.at("cases").as_array();
    std::string text = filter.state || filter.category || filter.after
                           ? "no cases match\n"
                           : "nothing waits for a decision\n";
    if (!cases.empty()) {
        text = print_cases(cases, session.now());
        const auto next = text_of(answer, "next");
        if (next != "-") text += "more: add --after " + next + "\n";
    }
    session.print(answer, text);
}

void add_list(CLI::App& noun, Session& session) {
    auto filter = std::make_shared<Filter>();
    auto* command = add_command(
        noun,
        "list",
        "what waits for a decision, oldest first",
        "  drawbridgectl --data DIR review list\n"
        "  drawbridgectl --data DIR review list --state rejected --category cheating"
    );
    command->add_option("--state", filter->state, "only these (default: open and escalated)")
        ->check(CLI::IsMember({"open", "escalated", "approved", "rejected", "withdrawn"}));
    command->add_option("--category", filter->category, "only these");
    command->add_option("--limit", filter->limit, "1 to 500 (default 100)");
    command->add_option("--after", filter->after, "go on after this case");
    command->callback([&session, filter] {
        session.action = [&session, filter] { list(session, *filter); };
    });
}

struct Decision {
    std::string id;
    std::string reason;
    std::string category;
    std::string duration = "perm";
};

void decide(Session& session, const char* verb, const json::object& body, const std::string& id) {
    show(session, session.api().post(make_target({"review", id, verb}), body));
}

void approve(Session& session, const Decision& wanted) {
    const auto seconds = parse_duration(wanted.duration);
    if (!seconds) {
        throw Failure(
            ExitCode::usage,
            "--for: expected 30m, 12h, 7d, 2w (at most ten years) or perm"
        );
    }
    json::object body{{"reason", wanted.reason}, {"duration", *seconds}};
    if (!wanted.category.empty()) body["category"] = wanted.category;
    decide(session, "approve", body, wanted.id);
}

void add_approve(CLI::App& noun, Session& session) {
    auto wanted = std::make_shared<Decision>();
    auto* command = add_command(
        noun,
        "approve",
        "ban the player on the whole network",
        "  drawbridgectl --data DIR review approve 12 --reason \"saw the clip\" --for 2w"
    );
    command->add_option("CASE", wanted->id, "number of the case")->required();
    command->add_option("--reason", wanted->reason, "what the player is shown")->required();
    command->add_option("--category", wanted->category, "of the ban (default: the case's)");
    command->add_option("--for", wanted->duration, "30m, 12h, 7d, 2w or perm (default perm)")
        ->type_name("DURATION");
    command->callback([&session, wanted] {
        session.action = [&session, wanted] { approve(session, *wanted); };
    });
}

void add_verb(CLI::App& noun, Session& session, const char* verb, const char* description) {
    auto wanted = std::make_shared<Decision>();
    auto* command = add_command(
        noun,
        verb,
        description,
        fmt::format("  drawbridgectl --data DIR review {} 12 --reason \"…\"", verb)
    );
    command->add_option("CASE", wanted->id, "number of the case")->required();
    command->add_option("--reason", wanted->reason, "why; kept with the case and in the audit")
        ->required();
    command->callback([&session, wanted, verb] {
        session.action = [&session, wanted, verb] {
            decide(session, verb, {{"reason", wanted->reason}}, wanted->id);
        };
    });
}

}  // namespace

void add_review_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "review",
        "cases: what players report and anticheats detect",
        "  drawbridgectl --data DIR review list\n"
        "  drawbridgectl --data DIR review show 12"
    );
    noun->require_subcommand(1);
    add_list(*noun, session);
    auto id = std::make_shared<std::string>();
    auto* one = add_command(
        *noun,
        "show",
        "one case, with all that was said",
        "  drawbridgectl --data DIR review show 12"
    );
    one->add_option("CASE", *id, "number of the case")->required();
    one->callback([&session, id] {
        session.action = [&session, id] {
            show(session, session.api().get(make_target({"review", *id})));
        };
    });
    add_approve(*noun, session);
    add_verb(*noun, session, "reject", "close a case without a ban");
    add_verb(*noun, session, "escalate", "leave a case to somebody with more say");
}

}  // namespace drawbridge::ctl
