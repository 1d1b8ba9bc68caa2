// A join as the identity graph sees it: the rows of its tags, and with whom its tokens were seen.
#pragma once

#include "base/clock.h"
#include "identity/sightings.h"
#include "shared/identifier.h"

#include <cstdint>
#include <vector>

namespace drawbridge::identity {

struct SessionAccount {
    std::int64_t tag = 0;  // tags.id
    IdentifierType type = IdentifierType::license;
    base::UnixMs first_seen = 0;  // anywhere
    /// Another profile had it first, on the network or with this owner.
    bool is_shared = false;
};

struct SessionToken {
    std::int64_t tag = 0;
    std::vector<Sighting> seen;  // with this owner, before this join
};

/// A value.
struct Session {
    std::int64_t profile = 0;
    std::int64_t owner = 0;
    std::vector<SessionAccount> accounts;
    std::vector<SessionToken> tokens;
};

}  // namespace drawbridge::identity
