// Every column that holds cells of the Sealer: what they are called, and how they are walked. The
// re-encryption and the test of docs/privacy.md read this.
#pragma once

#include "store/columns.h"
#include "store/database.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace drawbridge::store {

/// What the stable id of a row is made of.
enum class RowIdKind : std::uint8_t { integer, bytes };
/// What the keys a and b of a row are, so that they are bound as what they were read as. Where
/// there is no key b it is 0 and `rewrite` does not take it.
enum class KeyKind : std::uint8_t { integer, text, two_integers, blob_and_integer };

struct SealedColumn {
    Column id;
    std::string_view name;  // table.column, and the key behind a column of `meta`
    bool is_dated;          // under the keys of weeks, else under the base key
    RowIdKind row_id;
    KeyKind key;
    /// Answers key a, key b, cell, row id of up to ?3 rows after the key (?1, ?2), in order; from
    /// the first one when these are NULL. Literals, as Database::query wants them.
    const char* scan;
    /// Sets the cell ?1 of the row with the key (?2, ?3) and its blind index ?4, if it has one.
    const char* rewrite;
    bool has_index;
    /// Answers how many cells there are, or a few more.
    const char* count;
};

/// In the order in which a re-encryption walks them.
[[nodiscard]] std::span<const SealedColumn> sealed_columns();

/// The stable id in a row that `scan` answered.
[[nodiscard]] Bytes scanned_row_id(const SealedColumn& column, const Query& row);

}  // namespace drawbridge::store
