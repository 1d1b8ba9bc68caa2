// The audit: who did what, when, why and to what; only ever appended to, each entry chained to the
// one before it. What an entry says in words is sealed beside a commitment to it, so that it can be
// erased later without breaking the chain. docs/architecture.md has the format.
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::store {

/// An entry could not be written: what it tells of must not happen. Its transaction is rolled back.
class AuditError : public StoreError {
public:
    using StoreError::StoreError;
};

/// Who acted. The numbers are stored: never renumber.
enum class ActorKind : std::uint8_t {
    system = 1,  // the daemon by itself
    server = 2,  // a game server
    admin = 3,   // whoever holds an administrator's token
};
[[nodiscard]] std::string_view actor_kind_name(ActorKind kind);

inline constexpr std::string_view kSystemActor = "system";

struct AuditActor {
    ActorKind kind = ActorKind::system;
    std::string_view name = kSystemActor;
};

[[nodiscard]] inline AuditActor by_admin(std::string_view name) {
    return {ActorKind::admin, name};
}

[[nodiscard]] inline AuditActor by_server(std::string_view id) {
    return {ActorKind::server, id};
}

[[nodiscard]] inline AuditActor by_system() {
    return {};
}

/// What is done. `action` is `noun.verb` and stands in clear; the rest is sealed.
struct AuditEntry {
    std::string_view action;
    std::string_view target;  // a ban's code, a server's id, an administrator's name …
    std::string_view reason;  // why, in the words of who decided; empty: none was asked for
    std::string_view detail;  // what else there is to know, e.g. the new mode
};

/// The sealed part of an entry, opened.
struct AuditTexts {
    std::string actor;
    std::string target;
    std::string reason;
    std::string detail;
};

/// The newest entry; by default the place before the first one.
struct AuditHead {
    std::int64_t seq = 0;
    ChainHash hash{};

    friend bool operator==(const AuditHead&, const AuditHead&) = default;
};

/// `SEQ:HEX`, for people to note elsewhere.
[[nodiscard]] std::string print_audit_head(const AuditHead& head);
[[nodiscard]] std::optional<AuditHead> parse_audit_head(std::string_view text);

/// As the transaction in hand sees it. Thread of the connection.
[[nodiscard]] AuditHead audit_head(Database& database);

/// The one way an entry is written: inside the transaction that does what it tells of, so that what
/// cannot be audited does not happen. Thread of the connection. Throws AuditError.
AuditHead append_audit(
    Database& database,
    const Sealer& sealer,
    const AuditActor& actor,
    const AuditEntry& entry,
    base::UnixMs now
);

/// Erases who, what to, why and detail of an entry for ever; when, the action and the chain stay.
/// `ordered_by` is the later entry that tells of the erasure. False: there is no entry `seq`.
[[nodiscard]] bool erase_audit_texts(
    Database& database,
    const Sealer& sealer,
    std::int64_t seq,
    std::int64_t ordered_by
);

}  // namespace drawbridge::store
