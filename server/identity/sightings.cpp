#include "identity/sightings.h"

#include <algorithm>

namespace drawbridge::identity {
namespace {

// Rewriting `last_seen` at every join would cost a page a tag; a day is close enough.
constexpr base::UnixMs kLastSeenStep = base::kDayMs;

std::vector<Sighting> read(store::Query& query) {
    std::vector<Sighting> found;
    while (query.step()) {
        found.push_back({query.integer(0), query.integer(1), query.integer(2), query.integer(3)});
    }
    return found;
}

}  // namespace

std::vector<Sighting> Sightings::of_owner(std::int64_t tag, std::int64_t owner) {
    auto query = database_.query(
        "SELECT owner_id, profile_id, first_seen, last_seen FROM sightings "
        "WHERE tag_id = ? AND owner_id = ?"
    );
    query.bind(tag).bind(owner);
    return read(query);
}

std::vector<Sighting> Sightings::with_claims(std::int64_t tag, std::int64_t owner, int limit) {
    auto query = database_.query(
        "SELECT owner_id, profile_id, first_seen, last_seen FROM ("
        "SELECT owner_id, profile_id, first_seen, first_seen AS last_seen FROM claims "
        "WHERE tag_id = ?1 UNION ALL SELECT owner_id, profile_id, first_seen, last_seen "
        "FROM sightings WHERE tag_id = ?1) ORDER BY owner_id <> ?2, first_seen LIMIT ?3"
    );
    query.bind(tag).bind(owner).bind(std::int64_t{limit});
    return read(query);
}

bool Sightings::with_another(
    std::int64_t tag,
    std::int64_t owner,
    std::int64_t profile,
    base::UnixMs before
) {
    auto query = database_.query(
        "SELECT 1 FROM claims WHERE tag_id = ?1 AND owner_id = ?2 AND profile_id <> ?3 AND "
        "first_seen < ?4 UNION ALL SELECT 1 FROM sightings WHERE tag_id = ?1 AND owner_id = ?2 "
        "AND profile_id <> ?3 AND first_seen < ?4 LIMIT 1"
    );
    return query.bind(tag).bind(owner).bind(profile).bind(before).step();
}

void Sightings::record(
    std::int64_t tag,
    std::int64_t owner,
    std::int64_t profile,
    const std::vector<Sighting>& known,
    base::UnixMs now
) {
    const auto seen = std::ranges::find(known, profile, &Sighting::profile);
    const bool is_new = seen == known.end();
    if (is_new && known.size() >= static_cast<std::size_t>(kMost)) return;
    if (!is_new && now - seen->last_seen < kLastSeenStep) return;
    database_
        .query(
            "INSERT INTO sightings(tag_id, owner_id, profile_id, first_seen, last_seen) "
            "VALUES(?1,?2,?3,?4,?4) ON CONFLICT(tag_id, owner_id, profile_id) "
            "DO UPDATE SET last_seen = ?4"
        )
        .bind(tag)
        .bind(owner)
        .bind(profile)
        .bind(now)
        .run();
}

}  // namespace drawbridge::identity
