// What operators may look at: the paths of staff, answered by the operator's view.
#include "admin/json.h"
#include "admin/operator_view.h"
#include "admin/problem.h"
#include "admin/query.h"
#include "admin/router.h"
#include "bans/ban_queries.h"
#include "review/case_queries.h"
#include "shared/encoding.h"
#include "shared/ids.h"

#include <string>
#include <utility>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

constexpr int kPage = 100;
constexpr int kMaxPage = 500;

Reply not_yours(std::string_view what) {
    return refuse(Problem::not_found, "None of your servers has " + std::string(what) + ".");
}

Reply unknown_server() {
    return refuse(Problem::not_found, "None of your servers has this name or id.");
}

std::optional<std::int64_t> parse_id(const std::string& text) {
    const auto id = parse_decimal(text);
    return id ? std::optional(static_cast<std::int64_t>(*id)) : std::nullopt;
}

Reply list_servers(const OperatorView& view, const Request&, const PathValues&) {
    return answer({{"servers", view.servers()}});
}

Reply show_server(const OperatorView& view, const Request&, const PathValues& values) {
    const auto row = view.find_server(values.front());
    const auto object = row ? view.server(*row) : std::nullopt;
    return object ? answer(*object) : unknown_server();
}

Reply list_events(const OperatorView& view, const Request& request, const PathValues&) {
    Parameters parameters(request);
    events::EventFilter filter;
    filter.owner = view.owner();
    filter.type = parameters.word("type", events::parse_type, "expected a type of event");
    filter.since = parameters.integer("since");
    filter.until = parameters.integer("until");
    filter.after = parameters.integer("after");
    filter.profile = parameters.integer("profile");
    filter.limit = parameters.limit(kPage, kMaxPage);
    const auto server = parameters.text("server");
    if (auto problem = parameters.problem()) return *problem;
    if (server) {
        filter.server = view.find_server(*server);
        if (!filter.server) return unknown_server();
    }
    const auto& context = view.context();
    const auto records = events::find_events(context.reader(), *context.network.sealer, filter);
    json::array found;
    for (const auto& record : records) {
        found.push_back(view.event(record));
    }
    const auto next = records.empty() ? or_null(filter.after) : json::value(records.back().seq);
    return answer({{"events", std::move(found)}, {"next", next}});
}

Reply show_player(const OperatorView& view, const Request& request, const PathValues& values) {
    const auto id = parse_id(values.front());
    const auto object = id ? view.player(*id, request.now) : std::nullopt;
    return object ? answer(*object) : not_yours("seen this player");
}

Reply list_bans(const OperatorView& view, const Request& request, const PathValues&) {
    Parameters parameters(request);
    bans::BanFilter filter;
    filter.owner = view.owner();
    filter.state = parameters.word("state", bans::parse_state, "expected a state of a ban");
    filter.category = parameters.word("category", bans::parse_category, bans::category_names());
    filter.after = parameters.word("after", parse_ban_code, "expected the code of a ban");
    filter.limit = parameters.limit(kPage, kMaxPage);
    const auto server = parameters.text("server");
    if (auto problem = parameters.problem()) return *problem;
    if (server) {
        filter.server = view.find_server(*server);
        if (!filter.server) return unknown_server();
    }
    const auto numbers = bans::find_bans(view.context().reader(), filter);
    json::array found;
    for (const auto number : numbers) {
        if (auto object = view.ban(number, request.now)) found.push_back(std::move(*object));
    }
    const bool more = numbers.size() == static_cast<std::size_t>(filter.limit);
    const auto next = more ? json::value(print_ban_code(numbers.back()).view()) : json::value();
    return answer({{"bans", std::move(found)}, {"next", next}});
}

Reply show_ban(const OperatorView& view, const Request& request, const PathValues& values) {
    const auto number = parse_ban_code(values.front());
    const auto object = number ? view.ban(*number, request.now) : std::nullopt;
    return object ? answer(*object) : not_yours("anything to do with a ban of this code");
}

Reply list_cases(const OperatorView& view, const Request& request, const PathValues&) {
    Parameters parameters(request);
    review::CaseFilter filter;
    filter.owner = view.owner();
    filter.state = parameters.word("state", review::parse_state, "expected a state of a case");
    filter.after = parameters.integer("after");
    filter.limit = parameters.limit(kPage, kMaxPage);
    if (auto problem = parameters.problem()) return *problem;
    const auto ids = review::find_cases(view.context().reader(), filter);
    json::array cases;
    for (const auto id : ids) {
        if (auto object = view.review_case(id)) cases.push_back(std::move(*object));
    }
    const bool more = ids.size() == static_cast<std::size_t>(filter.limit);
    return answer(
        {{"cases", std::move(cases)}, {"next", more ? json::value(ids.back()) : json::value()}}
    );
}

Reply show_case(const OperatorView& view, const Request&, const PathValues& values) {
    const auto id = parse_id(values.front());
    const auto object = id ? view.review_case(*id) : std::nullopt;
    return object ? answer(*object) : not_yours("said anything in a case of this number");
}

}  // namespace

void add_operator_routes(Router& router) {
    router.add_for_operators("GET", "servers", list_servers);
    router.add_for_operators("GET", "servers/{}", show_server);
    router.add_for_operators("GET", "events", list_events);
    router.add_for_operators("GET", "players/{}", show_player);
    router.add_for_operators("GET", "bans", list_bans);
    router.add_for_operators("GET", "bans/{}", show_ban);
    router.add_for_operators("GET", "review", list_cases);
    router.add_for_operators("GET", "review/{}", show_case);
}

}  // namespace drawbridge::admin
