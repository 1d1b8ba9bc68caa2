#include "identity/tags.h"

#include <algorithm>

namespace drawbridge::identity {

std::optional<StoredTag> Tags::find(const store::TagIndex& index) {
    auto query =
        database_.query("SELECT id, profile_id, first_seen, last_seen FROM tags WHERE idx = ?");
    if (!query.bind(store::ByteView(index)).step()) return std::nullopt;
    return StoredTag{
        query.integer(0),
        query.optional_integer(1),
        query.integer(2),
        query.integer(3)};
}

TagLookUp Tags::look_up(const Tag& tag) {
    const auto indexes = sealer_.indexes(tag);
    TagLookUp result{indexes.now, find(indexes.now)};
    if (!result.stored && indexes.before) result.stored = find(*indexes.before);
    return result;
}

std::int64_t Tags::add(
    const store::TagIndex& index,
    IdentifierType type,
    const Tag& tag,
    std::optional<std::int64_t> profile,
    base::UnixMs now
) {
    // Known before the row is there, since the cell is bound to it.
    std::int64_t id = 1;
    {
        auto query = database_.query("SELECT max(id) + 1 FROM tags");
        if (query.step() && !query.is_null(0)) id = query.integer(0);
    }
    const auto cell = sealer_.seal(store::Column::tag_value, store::row_id(id), tag);
    database_
        .query(
            "INSERT INTO tags(id, idx, type, profile_id, value, first_seen, last_seen) "
            "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6)"
        )
        .bind(id)
        .bind(store::ByteView(index))
        .bind(static_cast<std::int64_t>(type))
        .bind(profile)
        .bind(store::ByteView(cell))
        .bind(now)
        .run();
    return id;
}

std::optional<Tag> Tags::open(std::int64_t id, store::ByteView cell) const {
    const auto plain = sealer_.open(store::Column::tag_value, store::row_id(id), cell);
    Tag tag{};
    if (!plain || plain->size() != tag.size()) return std::nullopt;
    std::ranges::copy(*plain, tag.begin());
    return tag;
}

void drop_unused_tag(store::Database& database, std::int64_t id) {
    database
        .query(
            "DELETE FROM tags WHERE id = ?1 AND profile_id IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM ban_tags WHERE tag_id = ?1) AND NOT EXISTS "
            "(SELECT 1 FROM sightings WHERE tag_id = ?1) AND NOT EXISTS "
            "(SELECT 1 FROM ruled_tags WHERE tag_id = ?1)"
        )
        .bind(id)
        .run();
}

}  // namespace drawbridge::identity
