// Profiles: one row a person as far as we know. A profile is found by any account tag; the link of
// a tag to a profile is a claim of the owner who reported it.
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

    /// The profile of the first known account tag, in the order of how much a type can be trusted;
    /// made when none is known. Account tags not seen before are attached to it as this owner's
    /// claims; tags of other profiles stay where they are.
    [[nodiscard]] std::int64_t observe(const Player& player, std::int64_t owner, base::UnixMs now);
    /// As `observe`, of somebody who is here now.
    [[nodiscard]] std::int64_t
    record_join(const Player& player, std::int64_t owner, base::UnixMs now);

    [[nodiscard]] std::optional<std::int64_t> find(const Tag& tag);
    [[nodiscard]] std::optional<Profile> load(std::int64_t profile);
    /// Its account tags, the surest first; none that was altered.
    [[nodiscard]] Player accounts(std::int64_t profile);
    /// How many owners, each on their own, have seen the two tags as one person's.
    /// `one` and `other` are rows of the tags.
    [[nodiscard]] std::int64_t owners_who_saw_both(std::int64_t one, std::int64_t other);

private:
    struct Known {
        const TaggedIdentifier* identifier;
        TagLookUp tag;

        [[nodiscard]] std::optional<std::int64_t> profile() const {
            return tag.stored ? tag.stored->profile : std::nullopt;
        }
    };

    [[nodiscard]] std::vector<Known> look_up(const Player& player);
    /// The row of the tag, which is the profile's now.
    [[nodiscard]] std::int64_t attached(const Known& known, std::int64_t profile, base::UnixMs now);
    void attach(const Known& known, std::int64_t profile, std::int64_t owner, base::UnixMs now);

    store::Database& database_;
    Tags tags_;
};

}  // namespace drawbridge::identity
