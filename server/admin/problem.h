// How a request to the admin plane is refused: the closed list of codes and their documents
// (RFC 9457).
#pragma once

#include "admin/message.h"

#include <cstdint>
#include <string_view>

namespace drawbridge::admin {

enum class Problem : std::uint8_t {
    bad_json,
    bad_field,
    unauthorized,
    forbidden,
    not_found,
    method_not_allowed,
    length_required,
    name_taken,
    wrong_state,
    last_admin,
    too_large,
    too_many_requests,
    unavailable,
    internal,
};

struct ProblemInfo {
    unsigned status;
    std::string_view code;
    std::string_view title;
};

/// Exhaustive.
[[nodiscard]] ProblemInfo describe(Problem problem);

/// `detail` says what to do in one sentence and repeats no secret and no identifier.
[[nodiscard]] Reply refuse(Problem problem, std::string_view detail);
/// `bad_field` names the member or query parameter.
[[nodiscard]] Reply refuse_field(std::string_view field, std::string_view detail);

}  // namespace drawbridge::admin
