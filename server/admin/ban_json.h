// A ban as the admin plane shows it. For this folder's .cpp files only.
#pragma once

#include "admin/context.h"
#include "bans/bans.h"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>

namespace drawbridge::admin {

/// Nothing when there is no such ban.
[[nodiscard]] std::optional<boost::json::object>
describe_ban(const Context& context, std::uint64_t number);
/// Its history, oldest first.
[[nodiscard]] boost::json::array describe_changes(const Context& context, std::uint64_t number);
/// Code and state of the bans that follow from it directly.
[[nodiscard]] boost::json::array describe_followers(const Context& context, std::uint64_t number);
/// Codes of the bans whose place it has taken.
[[nodiscard]] boost::json::array describe_superseded(const Context& context, std::uint64_t number);

/// How many of the staff a ban on the network takes, by the configuration.
[[nodiscard]] bans::Bans::Agreement agreement(const Context& context);

/// Heard of before, a server is silent.
[[nodiscard]] base::UnixMs silent_since(const Context& context, base::UnixMs now);
/// Why it rests on nobody; null when it does not.
[[nodiscard]] boost::json::value
describe_orphan(const Context& context, std::uint64_t number, base::UnixMs now);

}  // namespace drawbridge::admin
