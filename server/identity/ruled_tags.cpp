#include "identity/ruled_tags.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

namespace drawbridge::identity {
namespace {

std::vector<std::int64_t> integers(store::Query& query) {
    std::vector<std::int64_t> found;
    while (query.step()) {
        found.push_back(query.integer(0));
    }
    return found;
}

}  // namespace

std::vector<std::int64_t> RuledTags::of_profile(std::int64_t profile) {
    auto query = database_.query("SELECT tag_id FROM ruled_tags WHERE profile_id = ?");
    query.bind(profile);
    return integers(query);
}

std::vector<RuledTag> RuledTags::of_ruling(std::int64_t ruling) {
    auto query = database_.query("SELECT tag_id, was_home FROM ruled_tags WHERE ruling_id = ?");
    query.bind(ruling);
    std::vector<RuledTag> found;
    while (query.step()) {
        found.push_back({query.integer(0), query.integer(1) != 0});
    }
    return found;
}

std::int64_t RuledTags::add_profile(base::UnixMs first_seen) {
    database_.query("INSERT INTO profiles(first_seen, last_seen) VALUES(?1, ?1)")
        .bind(first_seen)
        .run();
    return database_.last_insert_rowid();
}

bool RuledTags::has(std::int64_t profile, std::int64_t tag) {
    auto query = database_.query(
        "SELECT 1 FROM tags WHERE id = ?2 AND profile_id = ?1 "
        "UNION ALL SELECT 1 FROM claims WHERE tag_id = ?2 AND profile_id = ?1 "
        "UNION ALL SELECT 1 FROM sightings WHERE tag_id = ?2 AND profile_id = ?1 LIMIT 1"
    );
    return query.bind(profile).bind(tag).step();
}

std::vector<std::int64_t> RuledTags::take_off(const RuledTag& ruled, const Ruling& ruling) {
    auto unlinked = drop_links(ruling.profile, ruled.tag);
    move(ruled.tag, ruling.profile, ruling.other);
    database_.query("DELETE FROM sightings WHERE tag_id = ? AND profile_id = ?")
        .bind(ruled.tag)
        .bind(ruling.profile)
        .run();
    database_
        .query("INSERT INTO ruled_tags(profile_id, tag_id, was_home, ruling_id) VALUES(?, ?, ?, ?)")
        .bind(ruling.profile)
        .bind(ruled.tag)
        .bind(std::int64_t{ruled.was_home ? 1 : 0})
        .bind(ruling.id)
        .run();
    return unlinked;
}

void RuledTags::give_back(const RuledTag& ruled, const Ruling& ruling) {
    if (ruled.was_home) move(ruled.tag, ruling.other, ruling.profile);
    database_.query("DELETE FROM ruled_tags WHERE profile_id = ? AND tag_id = ?")
        .bind(ruling.profile)
        .bind(ruled.tag)
        .run();
}

void RuledTags::move(std::int64_t tag, std::int64_t from, std::int64_t to) {
    database_.query("UPDATE tags SET profile_id = ? WHERE id = ? AND profile_id = ?")
        .bind(to)
        .bind(tag)
        .bind(from)
        .run();
    database_.query("UPDATE claims SET profile_id = ? WHERE tag_id = ? AND profile_id = ?")
        .bind(to)
        .bind(tag)
        .bind(from)
        .run();
}

// Evidence names kinds, no tags: a link rests on the account when it names an account of this type
// and the other end has this one. What else spoke for it is found again with the next join.
std::vector<std::int64_t> RuledTags::drop_links(std::int64_t profile, std::int64_t tag) {
    const auto contribution = fmt::format("account:{} ", type_name(type_of(tag)));
    std::vector<std::int64_t> others;
    {
        auto query = database_.query(
            "WITH owners_of(id) AS (SELECT profile_id FROM tags WHERE id = ?2 UNION "
            "SELECT profile_id FROM claims WHERE tag_id = ?2 UNION "
            "SELECT profile_id FROM sightings WHERE tag_id = ?2) "
            "SELECT other_id FROM links WHERE profile_id = ?1 AND instr(evidence, ?3) > 0 "
            "AND other_id IN (SELECT id FROM owners_of) "
            "UNION SELECT profile_id FROM links WHERE other_id = ?1 AND instr(evidence, ?3) > 0 "
            "AND profile_id IN (SELECT id FROM owners_of)"
        );
        query.bind(profile).bind(tag).bind(std::string_view(contribution));
        others = integers(query);
    }
    for (const auto other : others) {
        database_
            .query(
                "DELETE FROM links WHERE ((profile_id = ?1 AND other_id = ?2) OR "
                "(profile_id = ?2 AND other_id = ?1)) AND instr(evidence, ?3) > 0"
            )
            .bind(profile)
            .bind(other)
            .bind(std::string_view(contribution))
            .run();
    }
    return others;
}

IdentifierType RuledTags::type_of(std::int64_t tag) {
    auto query = database_.query("SELECT type FROM tags WHERE id = ?");
    if (!query.bind(tag).step()) throw std::logic_error("an account without its row");
    return static_cast<IdentifierType>(query.integer(0));
}

}  // namespace drawbridge::identity
