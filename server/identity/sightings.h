// The table `sightings`: with which profiles a tag has been seen on an owner's servers. Of tokens
// all of them, of an account those beside the first, which is its claim.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <cstdint>
#include <vector>

namespace drawbridge::identity {

struct Sighting {
    std::int64_t owner = 0;
    std::int64_t profile = 0;
    base::UnixMs first_seen = 0;
    base::UnixMs last_seen = 0;  // to the day
};

/// One unit of work; the thread of its connection.
class Sightings {
public:
    /// The most profiles kept of a tag on an owner's servers; a tag of that many is worth nothing
    /// as evidence, however many more there are.
    static constexpr int kMost = 8;

    explicit Sightings(store::Database& database) : database_(database) {}

    /// On this owner's servers, before this one is recorded.
    [[nodiscard]] std::vector<Sighting> of_owner(std::int64_t tag, std::int64_t owner);
    /// On all servers, claims of the tag included; at most `limit`, this owner's first.
    [[nodiscard]] std::vector<Sighting>
    with_claims(std::int64_t tag, std::int64_t owner, int limit);

    /// An account was with another profile than this before that time, on the owner's servers.
    [[nodiscard]] bool
    with_another(std::int64_t tag, std::int64_t owner, std::int64_t profile, base::UnixMs before);

    /// `known` is what `of_owner` has just answered. Writes nothing when the profile was seen with
    /// the tag within a day, or when there are `kMost` others.
    void record(
        std::int64_t tag,
        std::int64_t owner,
        std::int64_t profile,
        const std::vector<Sighting>& known,
        base::UnixMs now
    );

private:
    store::Database& database_;
};

}  // namespace drawbridge::identity
