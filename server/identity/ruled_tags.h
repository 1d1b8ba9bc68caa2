// The table `ruled_tags`: accounts that staff have taken off a profile. It is not learnt again that
// they are its, whatever its sessions bring along.
#pragma once

#include "identity/rulings.h"
#include "shared/identifier.h"
#include "store/database.h"

#include <cstdint>
#include <vector>

namespace drawbridge::identity {

/// An account that is taken off a profile, or was.
struct RuledTag {
    std::int64_t tag = 0;   // tags.id
    bool was_home = false;  // the profile was the account's own, not just seen with it
};

/// One unit of work; the thread of its connection.
class RuledTags {
public:
    explicit RuledTags(store::Database& database) : database_(database) {}

    /// Rows of the tags that are none of this profile's.
    [[nodiscard]] std::vector<std::int64_t> of_profile(std::int64_t profile);
    [[nodiscard]] std::vector<RuledTag> of_ruling(std::int64_t ruling);

    /// For accounts that are taken off one and nobody else's: the number of a new profile.
    [[nodiscard]] std::int64_t add_profile(base::UnixMs first_seen);
    /// The profile is the account's own, or was seen with it.
    [[nodiscard]] bool has(std::int64_t profile, std::int64_t tag);

    /// From `ruling.profile` to `ruling.other`: the account if it was its own, and what owners have
    /// claimed. Links of the first that rest on the account go: the profiles at their other ends.
    [[nodiscard]] std::vector<std::int64_t> take_off(const RuledTag& ruled, const Ruling& ruling);
    /// The other way; what was only seen is seen again with the next join.
    void give_back(const RuledTag& ruled, const Ruling& ruling);

    /// `tag` is a row of the tags.
    [[nodiscard]] IdentifierType type_of(std::int64_t tag);

private:
    [[nodiscard]] std::vector<std::int64_t> drop_links(std::int64_t profile, std::int64_t tag);
    void move(std::int64_t tag, std::int64_t from, std::int64_t to);

    store::Database& database_;
};

}  // namespace drawbridge::identity
