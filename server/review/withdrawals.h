// What one server has said in cases that stand. Reads only.
#pragma once

#include "review/cases.h"
#include "store/database.h"

#include <vector>

namespace drawbridge::review {

/// By the cases' numbers. Thread of the connection.
[[nodiscard]] std::vector<Withdrawal>
find_withdrawals(store::Database& database, const bans::ServerSpan& span);

}  // namespace drawbridge::review
