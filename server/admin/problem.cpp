#include "admin/problem.h"

#include "admin/json.h"

#include <string>

namespace drawbridge::admin {
namespace {

boost::json::object document(Problem problem, std::string_view detail) {
    const auto info = describe(problem);
    boost::json::object object;
    object["type"] = "urn:drawbridge:problem:" + std::string(info.code);
    object["title"] = info.title;
    object["status"] = info.status;
    object["code"] = info.code;
    object["detail"] = detail;
    return object;
}

Reply reply(Problem problem, const boost::json::object& object) {
    return {describe(problem).status, "application/problem+json", boost::json::serialize(object)};
}

}  // namespace

ProblemInfo describe(Problem problem) {
    switch (problem) {
        case Problem::bad_json: return {400, "bad_json", "The body is not a JSON object"};
        case Problem::bad_field: return {400, "bad_field", "A member has a wrong value"};
        case Problem::unauthorized: return {401, "unauthorized", "No working admin token"};
        case Problem::forbidden: return {403, "forbidden", "For staff alone"};
        case Problem::not_found: return {404, "not_found", "There is no such thing"};
        case Problem::method_not_allowed:
            return {405, "method_not_allowed", "This path has other methods"};
        case Problem::length_required:
            return {411, "length_required", "A body needs its Content-Length"};
        case Problem::name_taken: return {409, "name_taken", "The name is taken"};
        case Problem::wrong_state: return {409, "wrong_state", "Its state does not allow this"};
        case Problem::last_admin: return {409, "last_admin", "The last admin token stays"};
        case Problem::too_large: return {413, "too_large", "The body is too large"};
        case Problem::too_many_requests: return {429, "too_many_requests", "Too many failed tries"};
        case Problem::unavailable: return {503, "unavailable", "The store cannot commit now"};
        case Problem::internal: return {500, "internal", "A fault of ours"};
    }
    return {500, "internal", "A fault of ours"};
}

Reply refuse(Problem problem, std::string_view detail) {
    return reply(problem, document(problem, detail));
}

Reply refuse_field(std::string_view field, std::string_view detail) {
    auto object = document(Problem::bad_field, detail);
    object["field"] = field;
    return reply(Problem::bad_field, object);
}

}  // namespace drawbridge::admin
