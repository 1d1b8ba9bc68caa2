// drawbridgectl owner …
#include "ctl/duration.h"
#include "ctl/persons_text.h"
#include "ctl/reason.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct Arguments {
    std::string name;
    std::string trust;
    std::string reason;
};

/// "no: new", and what else stands in the way.
std::string counts(const json::object& owner) {
    if (owner.at("counts").as_bool()) return "yes";
    std::string why;
    const auto add = [&](const std::string& reason) { why += (why.empty() ? "" : ", ") + reason; };
    if (const auto trust = text_of(owner, "trust"); trust != "full") add(trust);
    if (number_of(owner, "suspended").value_or(0) > 0) add("suspended");
    if (number_of(owner, "breaker").value_or(0) > 0) add("breaker");
    return "no: " + why;
}

std::string trust_of(const json::object& owner, base::UnixMs now) {
    const auto trust = text_of(owner, "trust");
    const auto full_at = number_of(owner, "full_at");
    return full_at ? fmt::format("{} (full {})", trust, relative_time(*full_at, now)) : trust;
}

std::string heard(const json::object& owner, base::UnixMs now) {
    const auto at = number_of(owner, "heard_at");
    return at ? relative_time(*at, now) : "never";
}

std::string limit_of(const json::object& owner, base::UnixMs now) {
    const auto at = number_of(owner, "limited_at");
    return at ? "reached " + relative_time(*at, now) : "never reached";
}

void show(Session& session, const json::object& owner) {
    session.print(
        owner,
        print_fields({
            {"name", text_of(owner, "name")},
            {"id", text_of(owner, "id")},
            {"contact", text_of(owner, "contact")},
            {"trust", trust_of(owner, session.now())},
            {"counts", counts(owner)},
            {"added", age_of(owner, "created_at", session.now())},
            {"first heard", heard(owner, session.now())},
            {"servers", text_of(owner, "servers")},
            {"ban limit", limit_of(owner, session.now())},
            {"players today", print_persons(owner, session.now())},
        })
    );
}

void list(Session& session) {
    const auto answer = session.api().get(make_target({"owners"}));
    Table table({"NAME", "ID", "TRUST", "COUNTS", "FIRST HEARD", "SERVERS"});
    for (const auto& entry : array_of(answer, "owners")) {
        const auto& owner = entry.as_object();
        table.add(
            {text_of(owner, "name"),
             text_of(owner, "id"),
             trust_of(owner, session.now()),
             counts(owner),
             heard(owner, session.now()),
             text_of(owner, "servers")}
        );
    }
    const bool none = array_of(answer, "owners").empty();
    session.print(
        answer,
        none ? "no owners yet; one comes with: drawbridgectl server add NAME\n" : table.print()
    );
}

void add_list(CLI::App& noun, Session& session) {
    auto* command = add_command(
        noun,
        "list",
        "all owners, and whose word counts for others",
        "  drawbridgectl --data DIR owner list"
    );
    command->callback([&session] { session.action = [&session] { list(session); }; });
}

void add_show(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "show",
        "one owner",
        "  drawbridgectl --data DIR owner show \"Vespucci\""
    );
    command->add_option("NAME", arguments->name, "name or id of the owner")->required();
    command->callback([&session, arguments] {
        session.action = [&session, arguments] {
            show(session, session.api().get(make_target({"owners", arguments->name})));
        };
    });
}

void add_set_trust(CLI::App& noun, Session& session) {
    auto arguments = std::make_shared<Arguments>();
    auto* command = add_command(
        noun,
        "set-trust",
        "say whether what an owner's servers have seen counts for others",
        "  drawbridgectl --data DIR owner set-trust \"Vespucci\" full --reason \"known for "
        "years\"\n"
        "\n"
        "full: it counts, as that of one of the two owners the network believes. own: it counts "
        "on\n"
        "the owner's servers alone. A new owner's counts from [owners] trust_after_days on."
    );
    command->add_option("NAME", arguments->name, "name or id of the owner")->required();
    command->add_option("TRUST", arguments->trust, "full or own")
        ->required()
        ->check(CLI::IsMember({"full", "own"}));
    add_reason(*command, arguments->reason);
    command->callback([&session, arguments] {
        session.action = [&session, arguments] {
            const auto target = make_target({"owners", arguments->name, "trust"});
            const auto body = with_reason({{"trust", arguments->trust}}, arguments->reason);
            show(session, session.api().put(target, body));
        };
    });
}

}  // namespace

void add_owner_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "owner",
        "who runs game servers, and whose word counts",
        "  drawbridgectl --data DIR owner list"
    );
    noun->require_subcommand(1);
    add_list(*noun, session);
    add_show(*noun, session);
    add_set_trust(*noun, session);
}

}  // namespace drawbridge::ctl
