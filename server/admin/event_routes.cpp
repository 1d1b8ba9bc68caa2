// The route of stored events.
#include "admin/json.h"
#include "admin/player_lookup.h"
#include "admin/problem.h"
#include "admin/query.h"
#include "admin/router.h"
#include "admin/server_names.h"
#include "events/event_queries.h"

#include <string>
#include <utility>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

constexpr int kPage = 100;
constexpr int kMaxPage = 500;

json::value parse_payload(const std::string& payload) {
    json::error_code error;
    auto value = json::parse(payload, error);
    return error ? json::value(nullptr) : value;
}

json::object describe_event(const events::EventRecord& event, ServerNames& servers) {
    json::object object;
    object["seq"] = event.seq;
    object["id"] = print_uuid(event.id).view();
    object["server"] = servers.describe(event.server);
    object["type"] = events::type_name(event.type);
    object["at"] = event.at;
    object["received_at"] = event.received_at;
    object["profile"] = or_null(event.profile);
    object["payload"] = parse_payload(event.payload);
    return object;
}

std::optional<Reply>
read_filter(const Context& context, const Request& request, events::EventFilter& filter) {
    Parameters parameters(request);
    filter.type = parameters.word("type", events::parse_type, "expected a type of event");
    filter.since = parameters.integer("since");
    filter.until = parameters.integer("until");
    filter.after = parameters.integer("after");
    filter.limit = parameters.limit(kPage, kMaxPage);
    filter.profile = parameters.integer("profile");
    const auto tag = parameters.word("tag", parse_tag, "expected 43 base64url characters");
    const auto server = parameters.text("server");
    if (auto problem = parameters.problem()) return problem;
    if (server) {
        auth::Servers servers(context.reader(), *context.network.sealer);
        filter.server = servers.find(*server);
        if (!filter.server) return refuse(Problem::not_found, "No server has this name or id.");
    }
    if (tag) {
        filter.profile = find_profile(context, *tag);
        if (!filter.profile) return refuse(Problem::not_found, "Nobody is known by that.");
    }
    return std::nullopt;
}

Reply list_events(const Context& context, const Request& request, const PathValues&) {
    events::EventFilter filter;
    if (auto problem = read_filter(context, request, filter)) return *problem;
    const auto records = events::find_events(context.reader(), *context.network.sealer, filter);
    ServerNames servers(context);
    json::array found;
    for (const auto& record : records) {
        found.push_back(describe_event(record, servers));
    }
    json::object page;
    page["events"] = std::move(found);
    // To go on from: also of an unfinished page, since more events will come.
    page["next"] = records.empty() ? or_null(filter.after) : json::value(records.back().seq);
    return answer(page);
}

}  // namespace

void add_event_routes(Router& router) {
    router.add("GET", "events", list_events);
}

}  // namespace drawbridge::admin
