#include "privacy/breach.h"

#include "store/reencryption.h"

namespace drawbridge::privacy {
namespace {

/// There is a record of one re-encryption only: when it is another's, ours has ended before.
BreachState state_of(store::Database& database, std::optional<base::UnixMs> reencryption_at) {
    if (!reencryption_at) return BreachState::waiting;
    const auto record = store::read_reencryption(database);
    const bool is_ours = record && record->started_at == *reencryption_at;
    return is_ours && !record->finished_at ? BreachState::reencrypting : BreachState::done;
}

}  // namespace

std::optional<Breach> last_breach(store::Database& database) {
    Breach breach;
    std::optional<base::UnixMs> reencryption_at;
    {
        auto query = database.query(
            "SELECT began_at, servers_revoked, tokens_revoked, reencryption_at FROM breaches "
            "ORDER BY id DESC LIMIT 1"
        );
        if (!query.step()) return std::nullopt;
        breach.began_at = query.integer(0);
        breach.servers_revoked = query.integer(1);
        breach.tokens_revoked = query.integer(2);
        reencryption_at = query.optional_integer(3);
    }
    breach.state = state_of(database, reencryption_at);
    return breach;
}

void note_breach(
    store::Database& database,
    std::int64_t servers_revoked,
    std::int64_t tokens_revoked,
    base::UnixMs now
) {
    database.query("INSERT INTO breaches(began_at, servers_revoked, tokens_revoked) VALUES(?,?,?)")
        .bind(now)
        .bind(servers_revoked)
        .bind(tokens_revoked)
        .run();
}

bool is_breach_waiting(store::Database& database) {
    auto query = database.query("SELECT 1 FROM breaches WHERE reencryption_at IS NULL LIMIT 1");
    return query.step();
}

void note_breach_reencryption(store::Database& database, base::UnixMs now) {
    database.query("UPDATE breaches SET reencryption_at = ? WHERE reencryption_at IS NULL")
        .bind(now)
        .run();
}

}  // namespace drawbridge::privacy
