#include "identity/profiles.h"

#include <algorithm>

namespace drawbridge::identity {
namespace {

// Rewriting `last_seen` at every join would cost a page a tag; a day is close enough.
constexpr base::UnixMs kLastSeenStep = base::kDayMs;

}  // namespace

std::vector<Profiles::Known> Profiles::look_up(const Player& player) {
    std::vector<Known> known;
    known.reserve(player.tags.size());
    for (const auto& identifier : player.tags) {
        if (!is_account(identifier.type)) continue;
        known.push_back({&identifier, tags_.look_up(identifier.tag)});
    }
    std::ranges::sort(known, {}, [](const Known& entry) {
        return trust_rank(entry.identifier->type);
    });
    return known;
}

std::int64_t Profiles::observe(const Player& player, std::int64_t owner, base::UnixMs now) {
    const auto known = look_up(player);
    const auto first =
        std::ranges::find_if(known, [](const Known& entry) { return entry.profile().has_value(); });
    std::int64_t profile = 0;
    if (first != known.end()) {
        profile = *first->profile();
    } else {
        database_.query("INSERT INTO profiles(first_seen, last_seen) VALUES(?1, ?1)")
            .bind(now)
            .run();
        profile = database_.last_insert_rowid();
    }
    for (const auto& entry : known) {
        if (entry.profile().value_or(profile) == profile) attach(entry, profile, owner, now);
    }
    return profile;
}

std::int64_t Profiles::attached(const Known& known, std::int64_t profile, base::UnixMs now) {
    const auto& stored = known.tag.stored;
    if (!stored) {
        const auto& [type, tag] = *known.identifier;
        return tags_.add(known.tag.index, type, tag, profile, now);
    }
    if (!stored->profile || now - stored->last_seen > kLastSeenStep) {
        database_.query("UPDATE tags SET profile_id = ?, last_seen = ? WHERE id = ?")
            .bind(profile)
            .bind(now)
            .bind(stored->id)
            .run();
    }
    return stored->id;
}

void Profiles::attach(
    const Known& known,
    std::int64_t profile,
    std::int64_t owner,
    base::UnixMs now
) {
    database_
        .query(
            "INSERT INTO claims(tag_id, owner_id, profile_id, first_seen) VALUES(?,?,?,?) "
            "ON CONFLICT(tag_id, owner_id) DO NOTHING"
        )
        .bind(attached(known, profile, now))
        .bind(owner)
        .bind(profile)
        .bind(now)
        .run();
}

std::int64_t Profiles::record_join(const Player& player, std::int64_t owner, base::UnixMs now) {
    const auto profile = observe(player, owner, now);
    database_.query("UPDATE profiles SET last_seen = max(last_seen, ?) WHERE id = ?")
        .bind(now)
        .bind(profile)
        .run();
    return profile;
}

std::optional<std::int64_t> Profiles::find(const Tag& tag) {
    const auto found = tags_.look_up(tag);
    return found.stored ? found.stored->profile : std::nullopt;
}

Player Profiles::accounts(std::int64_t profile) {
    Player player;
    auto query = database_.query("SELECT id, type, value FROM tags WHERE profile_id = ?");
    query.bind(profile);
    while (query.step()) {
        const auto type = static_cast<IdentifierType>(query.integer(1));
        if (!is_account(type)) continue;
        const auto tag = tags_.open(query.integer(0), query.blob_view(2));
        if (tag) player.tags.push_back({type, *tag});
    }
    std::ranges::stable_sort(player.tags, {}, [](const TaggedIdentifier& identifier) {
        return trust_rank(identifier.type);
    });
    return player;
}

std::int64_t Profiles::owners_who_saw_both(std::int64_t one, std::int64_t other) {
    auto query = database_.query(
        "SELECT count(*) FROM claims a JOIN claims b ON b.owner_id = a.owner_id AND "
        "b.profile_id = a.profile_id WHERE a.tag_id = ? AND b.tag_id = ?"
    );
    query.bind(one).bind(other);
    return query.step() ? query.integer(0) : 0;
}

std::optional<Profile> Profiles::load(std::int64_t profile) {
    Profile loaded;
    loaded.id = profile;
    {
        auto query = database_.query("SELECT first_seen, last_seen FROM profiles WHERE id = ?");
        if (!query.bind(profile).step()) return std::nullopt;
        loaded.first_seen = query.integer(0);
        loaded.last_seen = query.integer(1);
    }
    auto query = database_.query(
        "SELECT t.type, t.first_seen, t.last_seen, "
        "(SELECT count(*) FROM claims c WHERE c.tag_id = t.id) "
        "FROM tags t WHERE t.profile_id = ? ORDER BY t.type, t.first_seen"
    );
    query.bind(profile);
    while (query.step()) {
        loaded.tags.push_back(
            {static_cast<IdentifierType>(query.integer(0)),
             query.integer(1),
             query.integer(2),
             query.integer(3)}
        );
    }
    return loaded;
}

}  // namespace drawbridge::identity
