// The route of the request log.
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/query.h"
#include "admin/router.h"
#include "admin/server_names.h"
#include "ingest/request_rows.h"

#include <utility>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

constexpr int kPage = 100;
constexpr int kMaxPage = 500;

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object describe_request(const ingest::LogEntry& entry, ServerNames& servers) {
    const auto& request = entry.request;
    json::object object;
    object["id"] = entry.row;
    object["at"] = request.at;
    object["plane"] = request.plane == ingest::LogPlane::admin ? "admin" : "data";
    object["server"] = request.server ? json::value(servers.describe(*request.server)) : nullptr;
    object["admin"] = text_or_null(request.admin);
    object["endpoint"] = text_or_null(request.endpoint);
    object["status"] = request.status == 0 ? json::value(nullptr) : json::value(request.status);
    object["count"] = entry.count;
    object["address"] = text_or_null(request.address);
    object["agent"] = text_or_null(request.agent);
    object["correlation"] = text_or_null(request.correlation);
    return object;
}

Reply list_requests(const Context& context, const Request& request, const PathValues&) {
    ingest::RequestFilter filter;
    Parameters parameters(request);
    filter.since = parameters.integer("since");
    filter.until = parameters.integer("until");
    filter.status = parameters.integer("status");
    filter.before = parameters.integer("before");
    filter.limit = parameters.limit(kPage, kMaxPage);
    const auto server = parameters.text("server");
    if (auto problem = parameters.problem()) return *problem;
    if (server) {
        filter.server = auth::Servers(context.reader(), *context.network.sealer).find(*server);
        if (!filter.server) return refuse(Problem::not_found, "No server has this name or id.");
    }
    ServerNames servers(context);
    json::array found;
    for (const auto& entry :
         ingest::find_requests(context.reader(), *context.network.sealer, filter)) {
        found.push_back(describe_request(entry, servers));
    }
    return answer({{"requests", std::move(found)}});
}

}  // namespace

void add_request_routes(Router& router) {
    router.add("GET", "requests", list_requests);
}

}  // namespace drawbridge::admin
