// drawbridgectl audit …
#include "ctl/audit_verify.h"
#include "ctl/duration.h"
#include "ctl/moment_option.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

constexpr std::size_t kDefaultLimit = 100;

struct Filter {
    std::optional<std::string> actor;
    std::optional<std::string> action;
    std::optional<std::string> target;
    Span span;
    std::optional<std::size_t> limit;
    std::optional<std::string> after;
};

/// Where a search that ended at the daemon's bound goes on.
struct Place {
    std::optional<std::string> after;
    std::optional<std::string> earlier;
};

json::object find(Session& session, const Filter& filter, const Place& place, std::size_t limit) {
    return session.api().get(make_target(
        {"audit"},
        {{"actor", filter.actor},
         {"action", filter.action},
         {"target", filter.target},
         {"since", moment_parameter("--since", filter.span.since, session.now())},
         {"until", moment_parameter("--until", filter.span.until, session.now())},
         {"after", place.after},
         {"earlier", place.earlier},
         {"limit", std::to_string(limit)}}
    ));
}

std::string number_text(const json::object& object, const char* name) {
    return std::to_string(number_of(object, name).value_or(0));
}

/// The daemon looks through so many entries at a time: goes on until there are enough.
json::object find_all(Session& session, const Filter& filter) {
    const auto limit = filter.limit.value_or(kDefaultLimit);
    auto page = find(session, filter, {filter.after, std::nullopt}, limit);
    while (page.at("more").as_bool() && page.at("audit").as_array().size() < limit) {
        auto& found = page["audit"].as_array();
        Place place;
        (filter.after ? place.after : place.earlier) =
            number_text(page, filter.after ? "next" : "earlier");
        auto more = find(session, filter, place, limit - found.size());
        const auto& entries = more.at("audit").as_array();
        found.insert(filter.after ? found.end() : found.begin(), entries.begin(), entries.end());
        page["more"] = more.at("more");
        page["earlier"] = more.at("earlier");
        if (filter.after) page["next"] = more.at("next");
    }
    return page;
}

/// What an entry says in words; of an erased one, where that is told.
std::string word_of(const json::object& entry, const char* name) {
    if (!entry.at(name).is_null()) return text_of(entry, name);
    return entry.at("erased_by").is_null() ? "(altered)" : "(erased)";
}

std::string print_entries(const json::array& entries) {
    Table table({"SEQ", "WHEN", "WHO", "ACTION", "TARGET", "DETAIL", "WHY"});
    for (const auto& value : entries) {
        const auto& entry = value.as_object();
        table.add(
            {text_of(entry, "seq"),
             absolute_time(number_of(entry, "at").value_or(0)),
             word_of(entry, "actor"),
             text_of(entry, "action"),
             word_of(entry, "target"),
             word_of(entry, "detail"),
             word_of(entry, "reason")}
        );
    }
    return table.print();
}

void list(Session& session, const Filter& filter) {
    const auto answer = find_all(session, filter);
    const auto& entries = answer.at("audit").as_array();
    const std::string none = "nothing in the audit matches\n";
    session.print(answer, entries.empty() ? none : print_entries(entries));
}

void add_list(CLI::App& noun, Session& session) {
    auto filter = std::make_shared<Filter>();
    auto* command = add_command(
        noun,
        "list",
        "what was done, in order, the newest unless --after",
        "  drawbridgectl --data DIR audit list --actor alice --since 7d\n"
        "  drawbridgectl --data DIR audit list --action ban.lift --limit 20\n"
        "  drawbridgectl --data DIR audit list --target ABCD-EFGH"
    );
    command->add_option("--actor", filter->actor, "an administrator, a server's id, or system");
    command->add_option("--action", filter->action, "only this, e.g. server.rotate");
    command->add_option("--target", filter->target, "only on this, e.g. a ban's code");
    add_span(*command, filter->span);
    command->add_option("--limit", filter->limit, "1 to 500 (default 100)");
    command->add_option("--after", filter->after, "what came after this number (SEQ)");
    command->callback([&session, filter] {
        session.action = [&session, filter] { list(session, *filter); };
    });
}

void add_verify(CLI::App& noun, Session& session) {
    auto head = std::make_shared<std::optional<std::string>>();
    auto* command = add_command(
        noun,
        "verify",
        "walk the whole trail; the first broken entry is named",
        "  drawbridgectl --data DIR audit verify\n"
        "  drawbridgectl --data DIR audit verify --head 1042:9f86d0…"
    );
    command
        ->add_option("--head", *head, "a head that status has shown before and you noted elsewhere")
        ->type_name("SEQ:HEX");
    command->callback([&session, head] {
        session.action = [&session, head] { verify_audit(session, *head); };
    });
}

}  // namespace

void add_audit_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "audit",
        "who did what and why, and that nobody altered it",
        "  drawbridgectl --data DIR audit list --limit 20\n"
        "  drawbridgectl --data DIR audit verify"
    );
    noun->require_subcommand(1);
    add_list(*noun, session);
    add_verify(*noun, session);
}

}  // namespace drawbridge::ctl
