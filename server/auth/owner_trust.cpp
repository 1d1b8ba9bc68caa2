#include "auth/owner_trust.h"

namespace drawbridge::auth {

std::string_view trust_name(Trust trust) {
    switch (trust) {
        case Trust::unproven: return "new";
        case Trust::own: return "own";
        case Trust::full: return "full";
    }
    return "unknown";
}

std::optional<Trust> parse_trust(std::string_view name) {
    for (const auto trust : {Trust::own, Trust::full}) {
        if (trust_name(trust) == name) return trust;
    }
    return std::nullopt;
}

bool OwnerTrust::counts(std::int64_t owner) const {
    auto query = database_.query(
        "SELECT 1 FROM owners WHERE id = ?1 AND trust = 3 AND NOT EXISTS (SELECT 1 FROM servers "
        "WHERE owner_id = ?1 AND (suspended <> 0 OR breaker_at IS NOT NULL))"
    );
    return query.bind(owner).step();
}

void OwnerTrust::set(std::int64_t owner, Trust trust) {
    database_.query("UPDATE owners SET trust = ? WHERE id = ?")
        .bind(static_cast<std::int64_t>(trust))
        .bind(owner)
        .run();
}

void OwnerTrust::heard(std::int64_t owner, base::UnixMs now) {
    database_.query("UPDATE owners SET heard_at = ? WHERE id = ? AND heard_at IS NULL")
        .bind(now)
        .bind(owner)
        .run();
}

std::vector<std::string> OwnerTrust::prove(base::UnixMs heard_until) {
    auto query = database_.query(
        "UPDATE owners SET trust = 3 WHERE trust = 1 AND heard_at <= ? RETURNING public_id"
    );
    query.bind(heard_until);
    std::vector<std::string> proven;
    while (query.step()) {
        proven.push_back(query.text(0));
    }
    return proven;
}

}  // namespace drawbridge::auth
