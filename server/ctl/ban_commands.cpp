// drawbridgectl ban …
#include "bans/ban_states.h"
#include "ctl/ban_text.h"
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/link_text.h"
#include "ctl/reason.h"
#include "ctl/session.h"
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

struct NewBan {
    std::vector<std::string> targets;
    std::string category;
    std::string reason;
    std::string duration = "perm";
    std::vector<std::string> evidence;
};

struct Filter {
    std::optional<std::string> state;
    std::optional<std::string> server;
    std::optional<std::string> category;
    std::optional<std::string> limit;
    std::optional<std::string> after;
    bool orphaned = false;
};

const std::vector<std::string> kCategories{
    "cheating",
    "evasion",
    "harassment",
    "exploiting",
    "scam",
    "raid",
    "fraud",
    "other"};

std::vector<std::string> state_names() {
    std::vector<std::string> names;
    names.reserve(bans::kBanStates.size());
    for (const auto state : bans::kBanStates) {
        names.emplace_back(bans::state_name(state));
    }
    return names;
}

void show(Session& session, const json::object& ban) {
    session.print(ban, describe_ban(ban, session.now()) + print_links(ban, session.now()));
}

void add(Session& session, const NewBan& wanted) {
    const auto seconds = parse_duration(wanted.duration);
    if (!seconds) {
        throw Failure(
            ExitCode::usage,
            "--for: expected 30m, 12h, 7d, 2w (at most ten years) or perm"
        );
    }
    const auto identifiers = read_targets(wanted.targets, std::cin);
    json::array tags;
    for (const auto& [type, tag] : tag_targets(session.api(), identifiers)) {
        tags.push_back({{"type", type_name(type)}, {"tag", print_tag(tag).view()}});
    }
    json::object body;
    body["tags"] = std::move(tags);
    body["category"] = wanted.category;
    body["reason"] = wanted.reason;
    body["duration"] = *seconds;
    if (!wanted.evidence.empty()) body["evidence"] = json::value_from(wanted.evidence);
    show(session, session.api().post(make_target({"bans"}), body));
}

void list(Session& session, const Filter& filter) {
    const auto answer = session.api().get(make_target(
        {"bans"},
        {{"state", filter.state},
         {"server", filter.server},
         {"category", filter.category},
         {"limit", filter.limit},
         {"after", filter.after},
         {"orphaned", filter.orphaned ? std::optional<std::string>("true") : std::nullopt}}
    ));
    const auto& bans = answer.at("bans").as_array();
    std::string text;
    if (!bans.empty()) {
        text =
            filter.orphaned ? print_orphans(bans, session.now()) : print_bans(bans, session.now());
        const auto next = text_of(answer, "next");
        if (next != "-") text += "more: add --after " + next + "\n";
    } else if (filter.orphaned) {
        text = "no ban is orphaned\n";
    } else if (filter.state || filter.server || filter.category || filter.after) {
        text = "no bans match\n";
    } else {
        text = "no bans yet\n";
    }
    session.print(answer, text);
}

void add_add(CLI::App& noun, Session& session) {
    auto wanted = std::make_shared<NewBan>();
    auto* command = add_command(
        noun,
        "add",
        "ban a player on the whole network",
        "  drawbridgectl --data DIR ban add - --category cheating --reason \"aimbot\" < ids.txt\n"
        "  drawbridgectl --data DIR ban add license:… --category scam --reason \"…\" --for 2w"
    );
    command
        ->add_option(
            "TYPE:VALUE",
            wanted->targets,
            "identifiers of one player; - reads standard input, unseen by ps"
        )
        ->required();
    command->add_option("--category", wanted->category, "what it is for")
        ->required()
        ->check(CLI::IsMember(kCategories));
    command->add_option("--reason", wanted->reason, "what the player is shown")->required();
    command->add_option("--for", wanted->duration, "30m, 12h, 7d, 2w or perm (default perm)")
        ->type_name("DURATION");
    command->add_option("--evidence", wanted->evidence, "https link; may be given up to 5 times")
        ->type_name("URL")
        ->allow_extra_args(false);
    command->callback([&session, wanted] {
        session.action = [&session, wanted] { add(session, *wanted); };
    });
}

void add_list(CLI::App& noun, Session& session) {
    auto filter = std::make_shared<Filter>();
    auto* command = add_command(
        noun,
        "list",
        "bans, newest first",
        "  drawbridgectl --data DIR ban list --state proposed\n"
        "  drawbridgectl --data DIR ban list --server \"Los Santos One\" --limit 20"
    );
    command->add_option("--state", filter->state, "only these")
        ->check(CLI::IsMember(state_names()));
    command->add_option("--server", filter->server, "made by this server (name or id)");
    command->add_option("--category", filter->category, "only these")
        ->check(CLI::IsMember(kCategories));
    command->add_flag("--orphaned", filter->orphaned, "on the network, of a server that is gone");
    command->add_option("--limit", filter->limit, "1 to 500 (default 100)");
    command->add_option("--after", filter->after, "go on after this code");
    command->callback([&session, filter] {
        session.action = [&session, filter] { list(session, *filter); };
    });
}

void add_show(CLI::App& noun, Session& session) {
    auto code = std::make_shared<std::string>();
    auto* command = add_command(
        noun,
        "show",
        "one ban, and how many servers have it",
        "  drawbridgectl --data DIR ban show ABCD-EFGH"
    );
    command->add_option("CODE", *code, "code of the ban")->required();
    command->callback([&session, code] {
        session.action = [&session, code] {
            show(session, session.api().get(make_target({"bans", *code})));
        };
    });
}

void add_evidence(CLI::App& noun, Session& session) {
    struct Arguments {
        std::string code;
        std::vector<std::string> links;
        std::string reason;
    };

    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "evidence",
        "add links to what speaks for a ban",
        "  drawbridgectl --data DIR ban evidence ABCD-EFGH --add https://clips.example.org/17"
    );
    command->add_option("CODE", arguments->code, "code of the ban")->required();
    command->add_option("--add", arguments->links, "https link; may be given up to 5 times")
        ->type_name("URL")
        ->allow_extra_args(false)
        ->required();
    add_reason(*command, arguments->reason);
    command->callback([&session, arguments] {
        session.action = [&session, arguments] {
            const json::object links{{"links", json::value_from(arguments->links)}};
            show(
                session,
                session.api().post(
                    make_target({"bans", arguments->code, "evidence"}),
                    with_reason(links, arguments->reason)
                )
            );
        };
    });
}

void add_supersede(CLI::App& noun, Session& session) {
    struct Arguments {
        std::string code;
        std::string by;
        std::string reason;
        bool shorter = false;
    };

    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "supersede",
        "end a ban because another one against the same player takes its place",
        "  drawbridgectl --data DIR ban supersede ABCD-EFGH --by JKLM-NPQR --reason \"…\"\n\n"
        "The other ban has to stand, to bind whom this one binds, and to end no sooner. What\n"
        "followed from this one follows from the other then; an open appeal goes over to it."
    );
    command->add_option("CODE", arguments->code, "code of the ban that ends")->required();
    command->add_option("--by", arguments->by, "code of the ban that takes its place")
        ->type_name("CODE")
        ->required();
    command->add_option("--reason", arguments->reason, "why; kept with both and in the audit")
        ->required();
    command
        ->add_flag("--shorter", arguments->shorter, "the other one ends sooner, and is meant to");
    command->callback([&session, arguments] {
        session.action = [&session, arguments] {
            json::object body{{"by", arguments->by}, {"reason", arguments->reason}};
            if (arguments->shorter) body["shorter"] = true;
            const auto target = make_target({"bans", arguments->code, "supersede"});
            show(session, session.api().post(target, body));
        };
    });
}

struct Verb {
    const char* name;
    const char* description;
    const char* member;   // what is said to the decision, e.g. note
    const char* options;  // the option's names
    bool required;
};

void add_decision(CLI::App& noun, Session& session, const Verb& verb) {
    struct Arguments {
        std::string code;
        std::string text;
    };

    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        verb.name,
        verb.description,
        fmt::format("  drawbridgectl --data DIR ban {} ABCD-EFGH {} \"…\"", verb.name, "--reason")
    );
    command->add_option("CODE", arguments->code, "code of the ban")->required();
    command->add_option(verb.options, arguments->text, "why; kept with the ban and in the audit")
        ->required(verb.required);
    command->callback([&session, arguments, verb] {
        session.action = [&session, arguments, verb] {
            json::object body;
            if (!arguments->text.empty()) body[verb.member] = arguments->text;
            show(
                session,
                session.api().post(make_target({"bans", arguments->code, verb.name}), body)
            );
        };
    });
}

}  // namespace

void add_ban_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "ban",
        "bans of the network and of its servers",
        "  drawbridgectl --data DIR ban list --state proposed\n"
        "  drawbridgectl --data DIR ban approve ABCD-EFGH"
    );
    noun->require_subcommand(1);
    add_add(*noun, session);
    add_list(*noun, session);
    add_show(*noun, session);
    add_evidence(*noun, session);
    add_decision(
        *noun,
        session,
        {"approve",
         "put a proposed ban in force on the whole network",
         "note",
         "--reason,--note",
         false}
    );
    add_decision(
        *noun,
        session,
        {"confirm",
         "agree, as the second person, to what another one wants on the network",
         "note",
         "--reason,--note",
         false}
    );
    add_decision(
        *noun,
        session,
        {"reject",
         "keep a proposed ban off the network; it stays in force with its owner",
         "note",
         "--reason,--note",
         false}
    );
    add_decision(
        *noun,
        session,
        {"escalate",
         "leave a proposed ban to who decides the hard ones",
         "note",
         "--reason,--note",
         false}
    );
    add_decision(*noun, session, {"lift", "end a ban everywhere", "reason", "--reason", true});
    add_decision(
        *noun,
        session,
        {"keep", "make a ban on the network the staff's, as it is", "reason", "--reason", true}
    );
    add_supersede(*noun, session);
}

}  // namespace drawbridge::ctl
