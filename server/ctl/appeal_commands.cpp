// drawbridgectl appeal …
#include "ctl/appeal_text.h"
#include "ctl/exit_code.h"
#include "ctl/session.h"

#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct Arguments {
    std::string which;
    std::string text;
    std::string contact;
    std::string from = "staff";
};

struct Filter {
    bool and_closed = false;
    std::optional<std::string> limit;
    std::optional<std::string> after;
};

/// What stands in the option, or, for `-`, in the standard input.
std::string given_text(const std::string& option) {
    if (option != "-") return option;
    std::string text(std::istreambuf_iterator<char>(std::cin), {});
    text.erase(text.find_last_not_of("\r\n") + 1);
    return text;
}

void show(Session& session, const json::object& appeal) {
    session.print(appeal, describe_appeal(appeal, session.now()));
}

void list(Session& session, const Filter& filter) {
    std::optional<std::string> all;
    if (filter.and_closed) all = "true";
    const auto answer = session.api().get(
        make_target({"appeals"}, {{"all", all}, {"limit", filter.limit}, {"after", filter.after}})
    );
    const auto& appeals = answer.at("appeals").as_array();
    std::string text = filter.and_closed || filter.after ? "no appeals\n" : "no appeal is open\n";
    if (!appeals.empty()) {
        text = print_appeals(appeals, session.now());
        const auto next = text_of(answer, "next");
        if (next != "-") text += "more: add --after " + next + "\n";
    }
    session.print(answer, text);
}

void add_open(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "open",
        "record that a player appeals against a ban",
        "  drawbridgectl --data DIR appeal open ABCD-EFGH --text - --contact \"mail\" < mail.txt\n"
        "  drawbridgectl --data DIR appeal open ABCD-EFGH --text \"It was my brother\""
    );
    command->add_option("CODE", arguments->which, "code of the ban, from the player's ban screen")
        ->required();
    command->add_option("--text", arguments->text, "what the player says; - reads standard input");
    command->add_option("--contact", arguments->contact, "where the player can be answered");
    command->callback([&session, arguments] {
        session.action = [&session, arguments] {
            json::object body;
            if (!arguments->text.empty()) body["text"] = given_text(arguments->text);
            if (!arguments->contact.empty()) body["contact"] = arguments->contact;
            show(
                session,
                session.api().post(make_target({"bans", arguments->which, "appeal"}), body)
            );
        };
    });
}

void add_list(CLI::App& noun, Session& session) {
    auto filter = std::make_shared<Filter>();
    auto* command = add_command(
        noun,
        "list",
        "appeals that wait for a decision, oldest first",
        "  drawbridgectl --data DIR appeal list\n"
        "  drawbridgectl --data DIR appeal list --all --limit 20"
    );
    command->add_flag("--all", filter->and_closed, "the closed ones, too");
    command->add_option("--limit", filter->limit, "1 to 500 (default 100)");
    command->add_option("--after", filter->after, "go on after this appeal");
    command->callback([&session, filter] {
        session.action = [&session, filter] { list(session, *filter); };
    });
}

void add_show(CLI::App& noun, Session& session) {
    auto which = std::make_shared<std::string>();
    auto* command = add_command(
        noun,
        "show",
        "one appeal, what was said, and the ban with its history",
        "  drawbridgectl --data DIR appeal show 3\n"
        "  drawbridgectl --data DIR appeal show ABCD-EFGH"
    );
    command->add_option("APPEAL", *which, "its number, or the code of the ban")->required();
    command->callback([&session, which] {
        session.action = [&session, which] {
            show(session, session.api().get(make_target({"appeals", *which})));
        };
    });
}

void add_reply(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "reply",
        "record what was written, by the player or to the player",
        "  drawbridgectl --data DIR appeal reply 3 --text \"Do you have the clip?\"\n"
        "  drawbridgectl --data DIR appeal reply 3 --from player --text - < mail.txt"
    );
    command->add_option("APPEAL", arguments->which, "its number, or the code of the ban")
        ->required();
    command->add_option("--text", arguments->text, "what was written; - reads standard input")
        ->required();
    command->add_option("--from", arguments->from, "who wrote it (default staff)")
        ->check(CLI::IsMember({"player", "staff"}));
    command->callback([&session, arguments] {
        session.action = [&session, arguments] {
            const json::object body{
                {"text", given_text(arguments->text)},
                {"from", arguments->from}};
            show(
                session,
                session.api().post(make_target({"appeals", arguments->which, "reply"}), body)
            );
        };
    });
}

void add_decision(CLI::App& noun, Session& session, const char* verb, const char* description) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        verb,
        description,
        fmt::format("  drawbridgectl --data DIR appeal {} 3 --reason \"…\"", verb)
    );
    command->add_option("APPEAL", arguments->which, "its number, or the code of the ban")
        ->required();
    command->add_option("--reason", arguments->text, "why; kept with the appeal and in the audit")
        ->required();
    command->callback([&session, arguments, verb] {
        session.action = [&session, arguments, verb] {
            const json::object body{{"reason", arguments->text}};
            show(
                session,
                session.api().post(make_target({"appeals", arguments->which, verb}), body)
            );
        };
    });
}

}  // namespace

void add_appeal_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "appeal",
        "what banned players say against a ban, by its code",
        "  drawbridgectl --data DIR appeal list\n"
        "  drawbridgectl --data DIR appeal show ABCD-EFGH"
    );
    noun->require_subcommand(1);
    add_open(*noun, session);
    add_list(*noun, session);
    add_show(*noun, session);
    add_reply(*noun, session);
    add_decision(*noun, session, "uphold", "close an appeal; the ban stays");
    add_decision(
        *noun,
        session,
        "lift",
        "the ban was wrong: overturn it and what followed from it"
    );
}

}  // namespace drawbridge::ctl
