// The breach procedure: secrets and tokens end in one transaction, then every row goes under new
// keys. What is left to be done is in the table `breaches`, so a kill costs nothing.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <optional>

namespace drawbridge::privacy {

enum class BreachState : std::uint8_t {
    waiting,       // for a re-encryption that had begun before it, or for the next tick
    reencrypting,  // under keys made after the breach
    done,
};

struct Breach {
    base::UnixMs began_at = 0;
    std::int64_t servers_revoked = 0;
    std::int64_t tokens_revoked = 0;
    BreachState state = BreachState::waiting;
};

/// The one under way, or the last one. Thread of the connection.
[[nodiscard]] std::optional<Breach> last_breach(store::Database& database);

/// In the transaction that revokes; none is under way.
void note_breach(
    store::Database& database,
    std::int64_t servers_revoked,
    std::int64_t tokens_revoked,
    base::UnixMs now
);

/// A re-encryption has to begin that knows no key from before the breach.
[[nodiscard]] bool is_breach_waiting(store::Database& database);
/// In the transaction in which that begins, at `now` by its own record.
void note_breach_reencryption(store::Database& database, base::UnixMs now);

}  // namespace drawbridge::privacy
