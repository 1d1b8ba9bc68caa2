// Everything that one server has caused, taken back: for a server that was broken into or runs
// wild.
#pragma once

#include "bans/caused_bans.h"
#include "identity/server_links.h"
#include "ingest/network.h"
#include "review/cases.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace drawbridge::ingest {

/// What there is to take back. A value; thread of the connection it was read from.
struct ServerActions {
    bans::CausedBans bans;
    std::vector<review::Withdrawal> cases;
    std::vector<identity::LinkKey> links;

    [[nodiscard]] bool empty() const {
        return bans.ended.empty() && cases.empty() && links.empty();
    }
};

/// So many bans end in one transaction, which takes about a second; the requests of game servers
/// wait for it.
inline constexpr std::size_t kRevokedAtOnce = 5000;

/// Reads only: what `revoke_actions` would do now is what this says.
[[nodiscard]] ServerActions
find_actions(store::Database& database, const bans::ServerSpan& span, bans::Adopted adopted);

/// What goes into one transaction each. When it ends early, what is left is found again.
[[nodiscard]] std::vector<ServerActions> in_steps(const ServerActions& actions);

/// Of one member of staff.
struct RevocationOrder {
    std::string_view server;  // its id, for the audit
    std::string_view staff;
    std::string_view reason;
    base::UnixMs now = 0;
};

/// One entry of the audit, and of each ban its history. Writes nothing when there is nothing.
void revoke_actions(UnitOfWork& unit, const ServerActions& step, const RevocationOrder& order);

}  // namespace drawbridge::ingest
