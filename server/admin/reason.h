// Why somebody does something, in their own words: `reason` of a body, for the audit. For this
// folder's .cpp files only.
#pragma once

#include "admin/json.h"
#include "admin/message.h"

#include <string>
#include <variant>

namespace drawbridge::admin {

/// Empty when none was given.
[[nodiscard]] std::string read_reason(Members& members);
/// Of a body that holds nothing else, or no body at all.
[[nodiscard]] std::variant<std::string, Reply> read_reason(const Request& request);

}  // namespace drawbridge::admin
