// A removal as the admin plane shows it. For this folder's .cpp files only.
#pragma once

#include "privacy/removal.h"

#include <boost/json.hpp>

namespace drawbridge::admin {

[[nodiscard]] boost::json::object describe_removal(const privacy::RemovalRecord& removal);

}  // namespace drawbridge::admin
