// What a session has in common with other profiles: whom, and the facts that are weighed.
#pragma once

#include "auth/owner_trust.h"
#include "identity/evidence.h"
#include "identity/session.h"
#include "store/database.h"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace drawbridge::identity {

/// When the first and the last of a person's standing bans were placed.
struct Banned {
    base::UnixMs first = 0;
    base::UnixMs last = 0;
};

/// Of one session. One unit of work; the thread of its connection.
class Overlap {
public:
    /// Reads nothing when no account is shared. `session` outlives this.
    Overlap(store::Database& database, const Session& session);

    /// Profiles that have an account or a token in common with it, each once.
    [[nodiscard]] std::vector<std::int64_t> others() const;

    /// `person`: profiles of one person, the session's not among them. Nothing: they are not
    /// banned, and only accounts count.
    [[nodiscard]] Facts
    facts(std::span<const std::int64_t> person, const std::optional<Banned>& banned) const;

private:
    struct Account {
        const SessionAccount* session;
        std::vector<Sighting> seen;  // on all servers, claims among them
    };

    [[nodiscard]] std::optional<SharedAccount>
    shared_account(const Account& account, std::span<const std::int64_t> person) const;
    [[nodiscard]] int most_of_one_type(std::span<const std::int64_t> person) const;
    [[nodiscard]] bool has_own(IdentifierType type) const;
    /// This owner's word counts here, and that of others whose word counts everywhere.
    [[nodiscard]] bool counts(std::int64_t owner) const;
    void add_tokens(std::span<const std::int64_t> person, Facts& facts) const;
    [[nodiscard]] int others_on_machine(std::span<const std::int64_t> person) const;
    [[nodiscard]] base::UnixMs last_on_machine(std::span<const std::int64_t> person) const;
    /// When this profile, or an account of it that is not the person's, was first seen.
    [[nodiscard]] base::UnixMs first_seen(std::span<const std::int64_t> person) const;

    store::Database& database_;
    const Session& session_;
    std::vector<Account> accounts_;  // the shared ones
    const auth::OwnerTrust trust_;
    mutable std::map<std::int64_t, bool> counts_;  // what it has answered, by owner
};

}  // namespace drawbridge::identity
