// Rows that live for hours only and have no choice of period: deleted all the time, not in sweeps.
#pragma once

#include "base/clock.h"
#include "store/database.h"

namespace drawbridge::privacy {

/// At most `limit` each of join sessions, budgets and remembered event ids that are past their
/// time. Advances `horizon`, below which event ids are refused; it is stored in the same
/// transaction and never moves back. True: there is more. Store thread.
[[nodiscard]] bool
purge_short_lived(store::Database& database, base::UnixMs now, base::UnixMs& horizon, int limit);

}  // namespace drawbridge::privacy
