// Profiles: one row for each account that was a player's surest one. A profile is found by any
// account that it had first; that it had it is a claim of the owner who reported it.
#pragma once

#include "base/clock.h"
#include "identity/player.h"
#include "identity/tags.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace drawbridge::identity {

struct ProfileTag {
    IdentifierType type = IdentifierType::license;
    base::UnixMs first_seen = 0;
    base::UnixMs last_seen = 0;
    std::int64_t owners = 0;  // how many owners claim it
};

struct Profile {
    std::int64_t id = 0;
    base::UnixMs first_seen = 0;
    base::UnixMs last_seen = 0;  // to the day; exact is what its events say
    std::vector<ProfileTag> tags;
};

/// One unit of work; the thread of its connection.
class Profiles {
public:
    Profiles(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          tags_(database, sealer) {}

    /// The profile of an account that `owner` names without a join; made when it has none. It is
    /// the owner's claim from now on.
    [[nodiscard]] std::int64_t
    observe(const TaggedIdentifier& account, std::int64_t owner, base::UnixMs now);

    [[nodiscard]] std::optional<std::int64_t> find(const Tag& tag);
    [[nodiscard]] std::optional<Profile> load(std::int64_t profile);
    /// Its account tags, the surest first; none that was altered.
    [[nodiscard]] Player accounts(std::int64_t profile);
    /// Two owners whose word counts have each seen the two tags as one person's.
    /// `one` and `other` are rows of the tags.
    [[nodiscard]] bool two_owners_saw_both(std::int64_t one, std::int64_t other);

private:
    [[nodiscard]] std::int64_t add(base::UnixMs now);

    store::Database& database_;
    Tags tags_;
};

}  // namespace drawbridge::identity
