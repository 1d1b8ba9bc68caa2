// An appeal as the admin plane shows it. For this folder's .cpp files only.
#pragma once

#include "admin/context.h"
#include "review/appeals.h"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>

namespace drawbridge::admin {

/// Without the correspondence. Nothing when there is no such appeal.
[[nodiscard]] std::optional<boost::json::object>
describe_appeal(const Context& context, std::int64_t id, base::UnixMs now);

/// What was said, oldest first.
[[nodiscard]] boost::json::array describe_messages(const Context& context, std::int64_t id);

/// Of those against a ban: number, state and times, oldest first.
[[nodiscard]] boost::json::array
describe_appeals_of(const Context& context, std::uint64_t ban, base::UnixMs now);

}  // namespace drawbridge::admin
