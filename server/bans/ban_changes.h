// The history of a ban: one row for each change of its state, kept as long as the ban's own.
#pragma once

#include "bans/ban_states.h"
#include "base/clock.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::bans {

/// Who changes a ban, why and when.
struct Author {
    store::AuditActor actor;
    std::string_view reason;  // empty: none was given
    base::UnixMs now = 0;
};

struct BanChange {
    base::UnixMs at = 0;
    std::optional<BanAction> action;  // nothing: it was placed
    std::optional<BanState> from;     // as above
    BanState to = BanState::proposed;
    store::ActorKind actor = store::ActorKind::system;
    std::string who;  // an administrator's name, a server's id; empty: a server that was removed
    std::string reason;
};

/// Inside the transaction that makes the change.
void append_change(
    store::Database& database,
    const store::Sealer& sealer,
    std::uint64_t number,
    const BanChange& change
);

/// Oldest first. Throws when a text was altered.
[[nodiscard]] std::vector<BanChange>
changes_of(store::Database& database, const store::Sealer& sealer, std::uint64_t number);

/// Of a ban whose server goes: that it was a server stays, not which one and what it said.
void forget_servers(store::Database& database, std::uint64_t number);

}  // namespace drawbridge::bans
