// drawbridgectl request …
#include "ctl/duration.h"
#include "ctl/moment_option.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <memory>
#include <optional>
#include <string>

namespace drawbridge::ctl {
namespace {

namespace json = boost::json;

struct Filter {
    std::optional<std::string> server;
    std::optional<std::string> status;
    Span span;
    std::optional<std::string> limit;
    std::optional<std::string> before;
};

/// The server, the administrator, or nobody known.
std::string who(const json::object& request) {
    if (const auto& server = request.at("server"); server.is_object()) {
        return server.get_object().empty() ? "(removed)" : text_of(server.get_object(), "name");
    }
    return text_of(request, "admin");
}

std::string print_requests(const json::array& requests) {
    Table table({"ID", "WHEN", "ENDPOINT", "STATUS", "COUNT", "WHO", "ADDRESS", "AGENT"});
    for (const auto& entry : requests) {
        const auto& request = entry.as_object();
        table.add(
            {text_of(request, "id"),
             absolute_time(number_of(request, "at").value_or(0)),
             text_of(request, "endpoint"),
             text_of(request, "status"),
             text_of(request, "count"),
             who(request),
             text_of(request, "address"),
             text_of(request, "agent")}
        );
    }
    return table.print();
}

void list(Session& session, const Filter& filter) {
    const auto answer = session.api().get(make_target(
        {"requests"},
        {{"server", filter.server},
         {"status", filter.status},
         {"since", moment_parameter("--since", filter.span.since, session.now())},
         {"until", moment_parameter("--until", filter.span.until, session.now())},
         {"before", filter.before},
         {"limit", filter.limit}}
    ));
    const auto& requests = answer.at("requests").as_array();
    session.print(
        answer,
        requests.empty() ? "no requests in the log match\n" : print_requests(requests)
    );
}

}  // namespace

void add_request_commands(CLI::App& root, Session& session) {
    auto* noun = add_command(
        root,
        "request",
        "who asked from where: refusals, openings, and what staff asked",
        "  drawbridgectl --data DIR request list --status 401 --since 1d"
    );
    noun->require_subcommand(1);
    auto filter = std::make_shared<Filter>();
    auto* command = add_command(
        *noun,
        "list",
        "the newest that match, in order; equal ones of a minute are counted",
        "  drawbridgectl --data DIR request list --server \"Los Santos One\"\n"
        "  drawbridgectl --data DIR request list --status 401 --since 2h\n"
        "  drawbridgectl --data DIR -o json request list --before 1000 --limit 500"
    );
    command->add_option("--server", filter->server, "signed by this server (name or id)");
    command->add_option("--status", filter->status, "answered with this, e.g. 401");
    add_span(*command, filter->span);
    command->add_option("--limit", filter->limit, "1 to 500 (default 100)");
    command->add_option("--before", filter->before, "those before this number (ID)");
    command->callback([&session, filter] {
        session.action = [&session, filter] { list(session, *filter); };
    });
}

}  // namespace drawbridge::ctl
