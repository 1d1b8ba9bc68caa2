// The `meta` table: single values of the instance.
#pragma once

#include "store/database.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge::store {

// Permanent keys of the table.
namespace meta {
inline constexpr std::string_view kDatabaseId = "database_id";  // 16 random bytes
inline constexpr std::string_view kTagKey = "tag_key";  // sealed, Column::tag_key, row "tag_key"
inline constexpr std::string_view kTagVersion = "tag_version";  // decimal text
inline constexpr std::string_view kVacuumDue = "vacuum_due";  // a migration left clear text behind
inline constexpr std::string_view kHorizon =
    "horizon";  // decimal Unix ms: older event ids are refused
inline constexpr std::string_view kJournal = "journal";       // decimal text: last record in force
inline constexpr std::string_view kJournalId = "journal_id";  // 16 bytes: which journal's records
inline constexpr std::string_view kCommits = "commits";       // decimal text: store/recovery.h
inline constexpr std::string_view kMasterSince = "master_since";  // decimal Unix ms; none: always
}  // namespace meta

/// Thread of the connection. Nothing when there is no such key.
[[nodiscard]] std::optional<Bytes> read_meta(Database& database, std::string_view key);
/// Decimal text; 0 when there is none.
[[nodiscard]] std::uint64_t read_meta_number(Database& database, std::string_view key);
void write_meta(Database& database, std::string_view key, ByteView value);

}  // namespace drawbridge::store
