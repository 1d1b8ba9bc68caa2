// Reputations as JSON. For this folder's .cpp files only.
#pragma once

#include "admin/context.h"
#include "bans/reputation.h"

#include <boost/json.hpp>

#include <cstdint>

namespace drawbridge::admin {

/// `all` and `recent`, each with `bans`, `standing`, `approved`, `rejected`, `overturned` and
/// `overturned_share` (of `bans`; null when there are none).
[[nodiscard]] boost::json::object describe_reputation(const bans::Reputation& reputation);

/// Members `reputation` and `issuers` of one server.
void add_reputation(
    boost::json::object& server,
    const Context& context,
    std::int64_t row,
    base::UnixMs now
);

}  // namespace drawbridge::admin
