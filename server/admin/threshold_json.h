// Thresholds of evidence as JSON. For this folder's .cpp files only.
#pragma once

#include "auth/key_ring.h"
#include "identity/evidence.h"

#include <boost/json.hpp>

namespace drawbridge::admin {

/// What holds at this server, and what was set for it.
[[nodiscard]] boost::json::object
describe_thresholds(const identity::Thresholds& network, const auth::Server& server);

/// What was set for it alone.
[[nodiscard]] boost::json::object describe_own_thresholds(const auth::Server& server);

}  // namespace drawbridge::admin
