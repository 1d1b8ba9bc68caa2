// How a step of a removal goes through its table in slices. Store thread, inside a transaction.
#pragma once

#include "privacy/removal_steps.h"

#include <cstdint>

namespace drawbridge::privacy {

/// By a statement that finds the rows by `key` alone, in an index.
[[nodiscard]] StepPiece
delete_some(store::Database& database, const char* sql, std::int64_t key, int rows);

/// The next rows of a walk by a number, up to and with `last`.
struct Range {
    std::int64_t last;
    bool is_last;
};

/// `sql`: of the ?2 rows after ?1 the last number, and how many there are.
[[nodiscard]] Range
next_range(store::Database& database, const char* sql, const StepCursor& cursor, int rows);

/// Of a big table without an index by server or owner: walked by a number of its own.
struct RangeTable {
    const char* next;    // as of next_range
    const char* remove;  // the rows after ?1, up to and with ?2, that are ?3's
};

[[nodiscard]] StepPiece remove_in_range(
    store::Database& database,
    const RangeTable& table,
    std::int64_t whose,
    StepCursor& cursor,
    int rows
);

/// How much of such a walk lies behind `position`; `newest` gives the last number.
[[nodiscard]] int thousandths(store::Database& database, const char* newest, std::int64_t position);

}  // namespace drawbridge::privacy
