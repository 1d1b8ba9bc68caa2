// Names that staff give to owners, servers and administrators: sealed, and looked up by a blind
// index beside them.
#pragma once

#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::auth {

/// 1 to 64 printable bytes that do not look like an id, since ids are looked up beside names.
[[nodiscard]] bool acceptable_name(std::string_view name);

/// The row of a name. `select` is a literal, "SELECT id FROM … WHERE name_idx = ?".
[[nodiscard]] std::optional<std::int64_t>
find_by_name(store::Database& database, const char* select, const store::BlindIndexes& indexes);

/// What a list shows in place of an altered cell, so that it shows the rest.
inline constexpr std::string_view kUnreadableName = "(unreadable)";

[[nodiscard]] std::string open_name(
    const store::Sealer& sealer,
    store::Column column,
    store::ByteView row_id,
    store::ByteView cell
);

}  // namespace drawbridge::auth
