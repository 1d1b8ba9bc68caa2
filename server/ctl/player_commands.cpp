// drawbridgectl player …
#include "ctl/ban_text.h"
#include "ctl/duration.h"
#include "ctl/link_text.h"
#include "ctl/session.h"
#include "ctl/surgery_commands.h"
#include "ctl/table.h"
#include "ctl/targets.h"

#include <iostream>
#include <memory>
#include <string>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

std::string when(const json::object& object, std::string_view name, base::UnixMs now) {
    const auto moment = number_of(object, name);
    return moment ? relative_time(*moment, now) : "never";
}

std::string describe(const json::object& player, base::UnixMs now) {
    auto text = print_fields({
        {"profile", text_of(player, "profile")},
        {"first seen", when(player, "first_seen", now)},
        {"last seen", when(player, "last_seen", now)},
        {"joins", text_of(player, "joins")},
        {"person", player.contains("person") ? print_profiles(array_of(player, "person")) : "-"},
    });
    if (const auto& names = array_of(player, "names"); !names.empty()) {
        Table table({"NAME", "LAST SEEN"});
        for (const auto& entry : names) {
            const auto& name = entry.as_object();
            table.add({text_of(name, "name"), when(name, "last_seen", now)});
        }
        text += "\n" + table.print();
    }
    if (const auto& tags = array_of(player, "tags"); !tags.empty()) {
        Table table({"IDENTIFIER", "FIRST SEEN", "LAST SEEN", "OWNERS"});
        for (const auto& entry : tags) {
            const auto& tag = entry.as_object();
            table.add(
                {text_of(tag, "type"),
                 when(tag, "first_seen", now),
                 when(tag, "last_seen", now),
                 text_of(tag, "owners")}
            );
        }
        text += "\n" + table.print();
    }
    const auto& bans = player.at("bans").as_array();
    text += "\n" + (bans.empty() ? "no bans\n" : print_bans(bans, now));
    text += print_links(player, now);
    const auto rulings = print_rulings(player, now);
    return rulings.empty() ? text : text + "\n" + rulings;
}

void show(Session& session, const std::string& who) {
    const auto [name, value] = player_parameter(session.api(), who, std::cin);
    const auto target = name == "profile" ? make_target({"players", *value})
                                          : make_target({"players"}, {{name, value}});
    const auto player = session.api().get(target);
    session.print(player, describe(player, session.now()));
}

}  // namespace

void add_player_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "player",
        "what is known of a player, and who is who",
        "  drawbridgectl --data DIR player show 42\n"
        "  drawbridgectl --data DIR player unlink 42 43 --reason \"brothers\""
    );
    noun->require_subcommand(1);
    auto who = std::make_shared<std::string>();
    auto* command = add_command(
        *noun,
        "show",
        "one player with names, identifiers, bans and links to others",
        "  drawbridgectl --data DIR player show 42\n"
        "  drawbridgectl --data DIR player show - < id.txt"
    );
    command
        ->add_option(
            "TYPE:VALUE|PROFILE",
            *who,
            "an identifier, or the number of a profile; - reads standard input"
        )
        ->required();
    command->callback([&session, who] { session.action = [&session, who] { show(session, *who); }; }
    );
    add_surgery_commands(*noun, session);
}

}  // namespace drawbridge::ctl
