// What a join does to the identity graph. The profile of a session is that of its surest account;
// another account that it brings along leads to no other profile, it is evidence (overlap.h).
#pragma once

#include "base/clock.h"
#include "identity/player.h"
#include "identity/session.h"
#include "identity/sightings.h"
#include "identity/tags.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>

namespace drawbridge::identity {

/// One unit of work; the thread of its connection.
class Joins {
public:
    Joins(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          tags_(database, sealer),
          sightings_(database) {}

    /// This player joins a server of `owner`. `player` has an account. One who was there within a
    /// day costs two look-ups for each account and token, and no write.
    [[nodiscard]] Session record(const Player& player, std::int64_t owner, base::UnixMs now);
    /// The tokens of a player whom `owner` names without a join.
    void
    note_tokens(const Player& player, std::int64_t profile, std::int64_t owner, base::UnixMs now);

private:
    [[nodiscard]] std::int64_t profile_of(const Tag& anchor, base::UnixMs now);
    [[nodiscard]] SessionAccount
    record_account(const TaggedIdentifier& account, const Session& session, base::UnixMs now);
    [[nodiscard]] SessionToken
    record_token(const Tag& token, const Session& session, base::UnixMs now);
    [[nodiscard]] std::optional<std::int64_t> claimed_profile(std::int64_t tag, std::int64_t owner);
    void claim(std::int64_t tag, const Session& session, base::UnixMs now);
    void touch(const StoredTag& stored, std::optional<std::int64_t> profile, base::UnixMs now);

    store::Database& database_;
    Tags tags_;
    Sightings sightings_;
};

}  // namespace drawbridge::identity
