// Why profiles are taken for one person's, as the admin plane tells it. For this folder's .cpp
// files only.
#pragma once

#include "admin/context.h"
#include "identity/links.h"

#include <boost/json/array.hpp>

#include <vector>

namespace drawbridge::admin {

/// Kinds and weights of the evidence; never an identifier.
[[nodiscard]] boost::json::array
describe_links(const Context& context, const std::vector<identity::Link>& links);

}  // namespace drawbridge::admin
