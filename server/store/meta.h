// The `meta` table: single values of the instance.
#pragma once

#include "store/database.h"

#include <optional>
#include <string_view>

namespace drawbridge::store {

// Permanent keys of the table.
namespace meta {
inline constexpr std::string_view kDatabaseId = "database_id";  // 16 random bytes
inline constexpr std::string_view kDataKey = "data_key";        // wrapped by the master key
inline constexpr std::string_view kIndexKey = "index_key";      // wrapped by the master key
inline constexpr std::string_view kTagKey = "tag_key";  // sealed, Column::tag_key, row "tag_key"
inline constexpr std::string_view kTagVersion = "tag_version";  // decimal text
inline constexpr std::string_view kHorizon =
    "horizon";  // decimal Unix ms: older event ids are refused
}  // namespace meta

/// Thread of the connection. Nothing when there is no such key.
[[nodiscard]] std::optional<Bytes> read_meta(Database& database, std::string_view key);
void write_meta(Database& database, std::string_view key, ByteView value);

}  // namespace drawbridge::store
