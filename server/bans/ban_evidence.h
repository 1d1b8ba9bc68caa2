// What speaks for a ban, in links and notes: from the game server's `ban` event, or added by staff.
#pragma once

#include "base/clock.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::bans {

/// Of one ban, whoever added it.
inline constexpr std::size_t kMostEvidence = 20;

struct Evidence {
    base::UnixMs at = 0;
    store::ActorKind actor = store::ActorKind::server;
    std::string text;
};

/// What is wrong with a link, as a piece of a sentence; nothing: it is https, names a host, holds
/// no user name, and has at most 300 characters, none of them a blank or a control character.
[[nodiscard]] std::optional<std::string_view> link_fault(std::string_view link);
/// The same of a piece of evidence that may be a note: what begins with `scheme://` is a link.
[[nodiscard]] std::optional<std::string_view> evidence_fault(std::string_view text);

/// False, and nothing is added: there would be too many. Store thread, in a transaction.
[[nodiscard]] bool add_evidence(
    store::Database& database,
    const store::Sealer& sealer,
    std::uint64_t ban,
    std::span<const std::string> texts,
    const Evidence& like
);

/// In the order it was added. Throws when a text was altered.
[[nodiscard]] std::vector<Evidence>
evidence_of(store::Database& database, const store::Sealer& sealer, std::uint64_t ban);

/// Of a ban whose server goes: what that server has said.
void forget_evidence_of_server(store::Database& database, std::uint64_t ban);

}  // namespace drawbridge::bans
