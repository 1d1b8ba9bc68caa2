// The end of the keys of weeks: with the last row of a week that retention keeps goes its key, and
// every copy of those rows that SQLite has left in the file is noise.
#pragma once

#include "base/clock.h"
#include "privacy/retention.h"
#include "store/database.h"
#include "store/key_purpose.h"
#include "store/key_ring.h"

#include <optional>

namespace drawbridge::privacy {

/// Everything sealed for `purpose` in weeks before this one is past its time. Nothing: some of it
/// is kept for ever.
[[nodiscard]] std::optional<std::uint32_t>
first_week_kept(store::KeyPurpose purpose, const Periods& periods, base::UnixMs now);

/// At the end of a sweep that began at `now`. Store thread, inside a transaction.
void destroy_past_keys(
    store::KeyRing& keys,
    store::Database& database,
    const Periods& periods,
    base::UnixMs now
);

}  // namespace drawbridge::privacy
