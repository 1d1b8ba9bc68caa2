#include "ctl/surgery_commands.h"

#include "ctl/confirm.h"
#include "ctl/duration.h"
#include "ctl/exit_code.h"
#include "ctl/table.h"
#include "ctl/targets.h"
#include "shared/encoding.h"
#include "shared/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct Arguments {
    std::string one;  // a player, or the number of a ruling
    std::string other;
    std::string reason;
    bool yes = false;
    bool dry_run = false;
};

/// Of a number the number itself, which the daemon knows or refuses.
std::int64_t profile_of(Session& session, const std::string& who) {
    const auto [name, value] = player_parameter(session.api(), who, std::cin);
    if (name == "profile") return static_cast<std::int64_t>(parse_decimal(*value).value_or(0));
    const auto player = session.api().get(make_target({"players"}, {{name, value}}));
    const auto profile = number_of(player, "profile");
    if (!profile) throw Failure(ExitCode::not_found, "no server has seen this player yet");
    return *profile;
}

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string print_ban(const json::object& ban) {
    const auto code = text_of(ban, "code");
    const auto follows = text_of(ban, "follows");
    return fmt::format(
        "{} on player {}{}{}",
        code == "-" ? "a ban" : code,
        text_of(ban, "profile"),
        follows == "-" ? "" : fmt::format(", which follows from {}", follows),
        text_of(ban, "state") == "awaiting" ? ", once a second person confirms it" : ""
    );
}

/// A line for each.
void add_bans(Fields& fields, const char* label, const json::object& operation, const char* name) {
    for (const auto& ban : operation.at(name).as_array()) {
        fields.emplace_back(label, print_ban(ban.as_object()));
    }
}

std::string describe(const json::object& operation) {
    const bool is_undone = number_of(operation, "undone_at").has_value();
    Fields fields{
        {"ruling",
         fmt::format(
             "{}{}{}",
             text_of(operation, "kind"),
             text_of(operation, "ruling") == "-" ? "" : " " + text_of(operation, "ruling"),
             is_undone ? ", undone" : ""
         )},
        {"players",
         fmt::format("{} and {}", text_of(operation, "profile"), text_of(operation, "other"))},
    };
    add_bans(fields, "lifts", operation, "lifted");
    fields.emplace_back("lets in", print_profiles(operation.at("let_in").as_array()));
    add_bans(fields, "bans", operation, "placed");
    add_bans(fields, "still naming it", operation, "naming");
    add_bans(fields, "at next join", operation, "to_follow");
    const auto& person = operation.at("person").as_array();
    fields.emplace_back("person", print_profiles(person));
    const bool is_one = std::ranges::find(person, operation.at("other")) != person.end();
    if (!is_one) {
        fields.emplace_back("person", print_profiles(operation.at("other_person").as_array()));
    }
    return print_fields(fields);
}

/// What it would do is shown before anybody is asked; a script sees it with --dry-run.
void operate(
    Session& session,
    const std::string& target,
    json::object body,
    const Arguments& given
) {
    body["reason"] = given.reason;
    body["dry_run"] = true;
    if (given.dry_run || !given.yes) {
        const auto outlook = session.api().post(target, body);
        if (given.dry_run) return session.print(outlook, describe(outlook));
        confirm(describe(outlook), "yes");
    }
    body["dry_run"] = false;
    const auto done = session.api().post(target, body);
    auto text = describe(done);
    if (!number_of(done, "undone_at")) {
        text += fmt::format("take it back: player undo {}\n", text_of(done, "ruling"));
    }
    session.print(done, text);
}

void add_options(CLI::App& command, Arguments& given) {
    command.add_option("--reason", given.reason, "why; kept with the ruling and in the audit")
        ->required();
    command.add_flag("--dry-run", given.dry_run, "only show what it would do");
    command.add_flag("--yes", given.yes, "do not ask");
}

struct PairVerb {
    const char* name;
    const char* route;
    const char* description;
    const char* help;
};

// A second word for one thing, since that is what people look for.
constexpr PairVerb kPairVerbs[] = {
    {"link",
     "link",
     "two players are one person: bans on one follow to the other",
     "  drawbridgectl --data DIR player link 3 7 --reason \"told us so\" --dry-run\n"
     "  drawbridgectl --data DIR player link 3 7 --reason \"told us so\"\n"
     "\n"
     "It counts on all servers. A ban on the network is followed at once, one of an owner's\n"
     "servers at the next join there."},
    {"merge",
     "link",
     "the same as link: nothing is merged, so it can be undone",
     "  drawbridgectl --data DIR player merge 3 7 --reason \"told us so\""},
    {"unlink",
     "unlink",
     "two players are not one person: what followed is lifted",
     "  drawbridgectl --data DIR player unlink 3 7 --reason \"brothers\" --dry-run\n"
     "  drawbridgectl --data DIR player unlink 3 license:0123… --reason \"brothers\" --yes\n"
     "\n"
     "It counts on all servers, against all evidence, now and later."},
};

void add_pair_verb(CLI::App& noun, Session& session, const PairVerb& verb) {
    auto given = std::make_shared<Arguments>();
    auto* command = add_command(noun, verb.name, verb.description, verb.help);
    command->add_option("A", given->one, "TYPE:VALUE or the number of a profile")->required();
    command->add_option("B", given->other, "the same")->required();
    add_options(*command, *given);
    command->callback([&session, given, route = verb.route] {
        session.action = [&session, given, route] {
            const auto profile = std::to_string(profile_of(session, given->one));
            const auto other = profile_of(session, given->other);
            operate(session, make_target({"players", profile, route}), {{"other", other}}, *given);
        };
    });
}

struct TakeOffVerb {
    const char* name;
    const char* description;
    const char* help;
    int most;
};

constexpr TakeOffVerb kTakeOffVerbs[] = {
    {"split",
     "accounts of a player are another person's: they become a profile",
     "  drawbridgectl --data DIR player split 3 discord:123… steam:1100001… --reason \"sold\"\n"
     "\n"
     "The two are not one person from then on. Bans go with the surest account that they name.",
     static_cast<int>(kMaxPlayerTags)},
    {"detach",
     "an account is not this player's; says nothing of who else anybody is",
     "  drawbridgectl --data DIR player detach 3 discord:123… --reason \"a friend's, was open\"\n"
     "\n"
     "It counts for this player no more, and is not learnt again.",
     1},
};

json::array print_accounts(const std::vector<TypedTag>& tags) {
    json::array accounts;
    for (const auto& [type, tag] : tags) {
        accounts.push_back(json::object{{"type", type_name(type)}, {"tag", print_tag(tag).view()}});
    }
    return accounts;
}

void add_take_off_verb(CLI::App& noun, Session& session, const TakeOffVerb& verb) {
    auto given = std::make_shared<Arguments>();
    auto targets = std::make_shared<std::vector<std::string>>();
    auto* command = add_command(noun, verb.name, verb.description, verb.help);
    command->add_option("PROFILE", given->one, "its number, or TYPE:VALUE")->required();
    command->add_option("TYPE:VALUE", *targets, "what is taken off it; - reads standard input")
        ->required()
        ->expected(1, verb.most);
    add_options(*command, *given);
    command->callback([&session, given, targets, name = verb.name] {
        session.action = [&session, given, targets, name] {
            const auto identifiers = read_targets(*targets, std::cin);
            const auto profile = std::to_string(profile_of(session, given->one));
            const json::object body{
                {"tags", print_accounts(tag_targets(session.api(), identifiers))}};
            operate(session, make_target({"players", profile, name}), body, *given);
        };
    });
}

void add_undo(CLI::App& noun, Session& session) {
    auto given = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "undo",
        "take back what was ruled on two players; the evidence decides again",
        "  drawbridgectl --data DIR player undo 5 --reason \"were one after all\"\n"
        "\n"
        "Bans that a link has placed are lifted. Bans that an unlink has lifted stay lifted; "
        "where\n"
        "the network's evidence makes the two one person again a new one follows at once,\n"
        "elsewhere at the next join."
    );
    command->add_option("RULING", given->one, "its number, of player history")->required();
    add_options(*command, *given);
    command->callback([&session, given] {
        session.action = [&session, given] {
            operate(session, make_target({"rulings", given->one, "undo"}), {}, *given);
        };
    });
}

void history(Session& session, const std::string& who) {
    std::optional<std::string> profile;
    if (!who.empty()) profile = std::to_string(profile_of(session, who));
    const auto page = session.api().get(make_target({"rulings"}, {{"profile", profile}}));
    const auto text = print_rulings(page, session.now());
    session.print(page, text.empty() ? "nothing was ruled\n" : text);
}

void add_history(CLI::App& noun, Session& session) {
    auto who = std::make_shared<std::string>();
    auto* command = add_command(
        noun,
        "history",
        "what staff have ruled on who is who, newest first",
        "  drawbridgectl --data DIR player history\n"
        "  drawbridgectl --data DIR player history 3"
    );
    command->add_option("PLAYER", *who, "only of this one: TYPE:VALUE or a profile");
    command->callback([&session, who] {
        session.action = [&session, who] { history(session, *who); };
    });
}

}  // namespace

std::string print_profiles(const json::array& profiles) {
    std::string text;
    for (const auto& profile : profiles) {
        if (!text.empty()) text += ", ";
        text += std::to_string(profile.as_int64());
    }
    return text.empty() ? "nobody" : text;
}

std::string print_rulings(const json::object& document, base::UnixMs now) {
    const auto& rulings = array_of(document, "rulings");
    if (rulings.empty()) return {};
    Table table({"RULING", "WHAT", "PLAYERS", "WHEN", "BY", "WHY", "UNDONE"});
    for (const auto& entry : rulings) {
        const auto& ruling = entry.as_object();
        const auto undone = number_of(ruling, "undone_at");
        table.add(
            {text_of(ruling, "ruling"),
             text_of(ruling, "identifiers") == "-"
                 ? text_of(ruling, "kind")
                 : text_of(ruling, "kind") + " " + text_of(ruling, "identifiers"),
             text_of(ruling, "profile") + ", " + text_of(ruling, "other"),
             relative_time(number_of(ruling, "made_at").value_or(0), now),
             text_of(ruling, "by"),
             text_of(ruling, "reason"),
             undone ? relative_time(*undone, now) : "-"}
        );
    }
    return table.print();
}

void add_surgery_commands(CLI::App& noun, Session& session) {
    for (const auto& verb : kPairVerbs) {
        add_pair_verb(noun, session, verb);
    }
    for (const auto& verb : kTakeOffVerbs) {
        add_take_off_verb(noun, session, verb);
    }
    add_undo(noun, session);
    add_history(noun, session);
}

}  // namespace drawbridge::ctl
