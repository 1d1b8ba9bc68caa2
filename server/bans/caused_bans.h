// What one server has caused among the bans: its own, and what followed from them anywhere. Reads
// only.
#pragma once

#include "bans/ban_states.h"
#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace drawbridge::bans {

/// Of bans that staff have adopted.
enum class Adopted { spared, included };

/// What a server did within some time, by this daemon's clock.
struct ServerSpan {
    std::int64_t server = 0;  // servers.id
    base::UnixMs since = 0;
    std::optional<base::UnixMs> until;  // before; nothing: to this day
};

struct CausedBan {
    std::uint64_t number = 0;
    BanState state = BanState::proposed;
    std::optional<std::int64_t> server;
    std::optional<std::int64_t> profile;
    bool is_own = false;  // placed by the server in that time; else it followed from one of those
};

struct CausedBans {
    std::vector<CausedBan> ended;     // what is to be ended, oldest first
    std::vector<std::uint64_t> kept;  // what staff have adopted of it, oldest first
};

/// Standing ones alone. What followed on other servers from one that is spared is spared with it.
/// Walks the bans of that server and what follows from them. Thread of the connection.
[[nodiscard]] CausedBans
caused_bans(store::Database& database, const ServerSpan& span, Adopted adopted);

}  // namespace drawbridge::bans
