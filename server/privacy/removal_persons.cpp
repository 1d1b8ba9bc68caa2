#include "privacy/removal_persons.h"

#include "identity/ruled_tags.h"
#include "privacy/removal_walk.h"

#include <vector>

namespace drawbridge::privacy {
namespace {

/// And tags that nothing but a ruling has kept.
void forget_rulings(store::Database& database, std::int64_t profile) {
    const auto kept = identity::RuledTags(database).of_profile(profile);
    database.query("DELETE FROM rulings WHERE profile_id = ?1 OR other_id = ?1")
        .bind(profile)
        .run();
    for (const auto tag : kept) {
        identity::drop_unused_tag(database, tag);
    }
}

void forget_profile(store::Database& database, std::int64_t profile) {
    {
        auto query = database.query(
            "SELECT EXISTS (SELECT 1 FROM tags WHERE profile_id = ?1) OR "
            "EXISTS (SELECT 1 FROM events WHERE profile_id = ?1)"
        );
        if (!query.bind(profile).step() || query.integer(0) != 0) return;
    }
    database.query("DELETE FROM names WHERE profile_id = ?").bind(profile).run();
    database.query("DELETE FROM links WHERE profile_id = ?1 OR other_id = ?1").bind(profile).run();
    forget_rulings(database, profile);
    database.query("UPDATE bans SET profile_id = NULL WHERE profile_id = ?").bind(profile).run();
    database.query("DELETE FROM profiles WHERE id = ?").bind(profile).run();
}

struct Claim {
    std::int64_t tag;
    std::int64_t profile;
};

void forget_claim(const RemovalWork& work, const Claim& claim) {
    work.database.query("DELETE FROM claims WHERE tag_id = ? AND owner_id = ?")
        .bind(claim.tag)
        .bind(work.removal.owner)
        .run();
    // To the next who had it in another owner's eyes, or nobody.
    work.database
        .query(
            "UPDATE tags SET profile_id = (SELECT profile_id FROM claims WHERE tag_id = ?1 "
            "ORDER BY first_seen LIMIT 1) WHERE id = ?1 AND profile_id = ?2 AND NOT EXISTS "
            "(SELECT 1 FROM claims WHERE tag_id = ?1 AND profile_id = ?2)"
        )
        .bind(claim.tag)
        .bind(claim.profile)
        .run();
    work.tags.drop_unused(claim.tag);
    forget_profile(work.database, claim.profile);
}

}  // namespace

StepPiece remove_claims(const RemovalWork& work, StepCursor& cursor, int rows) {
    const auto range = next_range(
        work.database,
        "SELECT max(tag_id), count(*) FROM (SELECT tag_id FROM claims WHERE tag_id > ? "
        "ORDER BY tag_id LIMIT ?)",
        cursor,
        rows
    );
    std::vector<Claim> found;
    {
        auto query = work.database.query(
            "SELECT tag_id, profile_id FROM claims WHERE tag_id > ? AND tag_id <= ? AND "
            "owner_id = ?"
        );
        query.bind(cursor.number).bind(range.last).bind(work.removal.owner);
        while (query.step()) {
            found.push_back({query.integer(0), query.integer(1)});
        }
    }
    cursor.number = range.last;
    for (const auto& claim : found) {
        forget_claim(work, claim);
    }
    return {static_cast<std::int64_t>(found.size()), range.is_last};
}

int claims_done(store::Database& database, const StepCursor& cursor) {
    return thousandths(database, "SELECT max(tag_id) FROM claims", cursor.number);
}

StepPiece remove_sightings(const RemovalWork& work, StepCursor& cursor, int rows) {
    const auto range = next_range(
        work.database,
        "SELECT max(tag_id), count(*) FROM (SELECT tag_id FROM sightings WHERE tag_id > ? "
        "ORDER BY tag_id LIMIT ?)",
        cursor,
        rows
    );
    std::vector<std::int64_t> tags;
    {
        auto query = work.database.query(
            "SELECT DISTINCT tag_id FROM sightings WHERE tag_id > ? AND tag_id <= ? AND "
            "owner_id = ?"
        );
        query.bind(cursor.number).bind(range.last).bind(work.removal.owner);
        while (query.step()) {
            tags.push_back(query.integer(0));
        }
    }
    cursor.number = range.last;
    std::int64_t deleted = 0;
    for (const auto tag : tags) {
        deleted += work.database.query("DELETE FROM sightings WHERE tag_id = ? AND owner_id = ?")
                       .bind(tag)
                       .bind(work.removal.owner)
                       .run();
        work.tags.drop_unused(tag);
    }
    return {deleted, range.is_last};
}

int sightings_done(store::Database& database, const StepCursor& cursor) {
    return thousandths(database, "SELECT max(tag_id) FROM sightings", cursor.number);
}

StepPiece remove_links(const RemovalWork& work, StepCursor& cursor, int rows) {
    constexpr RangeTable kTable{
        "SELECT max(profile_id), count(*) FROM (SELECT profile_id FROM links WHERE profile_id > ? "
        "ORDER BY profile_id LIMIT ?)",
        "DELETE FROM links WHERE profile_id > ? AND profile_id <= ? AND owner_id = ?"};
    return remove_in_range(work.database, kTable, work.removal.owner.value(), cursor, rows);
}

}  // namespace drawbridge::privacy
