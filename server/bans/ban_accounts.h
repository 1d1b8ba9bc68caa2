// Bans of an account that changes its profile: whose a ban is goes by the surest account it names.
#pragma once

#include "store/database.h"

#include <cstdint>

namespace drawbridge::bans {

/// `account` is a row of the tags.
[[nodiscard]] bool
names_as_surest(store::Database& database, std::uint64_t number, std::int64_t account);

/// The ban's list entries stay as they are: they hold its accounts.
void set_profile(store::Database& database, std::uint64_t number, std::int64_t profile);

}  // namespace drawbridge::bans
