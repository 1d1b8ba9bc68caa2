#include "admin/reason.h"

#include "admin/problem.h"
#include "shared/limits.h"

#include <utility>

namespace drawbridge::admin {

std::string read_reason(Members& members) {
    return members.optional_text("reason", kMaxReasonLength);
}

std::variant<std::string, Reply> read_reason(const Request& request) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    auto reason = read_reason(members);
    if (auto problem = members.problem()) return *std::move(problem);
    return reason;
}

}  // namespace drawbridge::admin
