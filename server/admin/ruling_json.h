// What staff have ruled on who is who, as the admin plane tells it. For this folder's .cpp files
// only.
#pragma once

#include "identity/rulings.h"
#include "review/surgery.h"

#include <boost/json.hpp>

#include <vector>

namespace drawbridge::admin {

[[nodiscard]] boost::json::array describe_rulings(const std::vector<identity::Ruling>& rulings);

/// `is_rehearsal`: it was undone, so what it numbered has no number.
[[nodiscard]] boost::json::object
describe_operation(const review::Operation& operation, bool is_rehearsal);

}  // namespace drawbridge::admin
