// Accounts that staff name: `tags` of a body, objects of `type` and `tag`. For this folder's .cpp
// files only.
#pragma once

#include "admin/json.h"
#include "identity/player.h"

#include <cstddef>
#include <vector>

namespace drawbridge::admin {

/// One to `most`.
[[nodiscard]] std::vector<identity::TaggedIdentifier>
read_accounts(Members& members, std::size_t most);

}  // namespace drawbridge::admin
