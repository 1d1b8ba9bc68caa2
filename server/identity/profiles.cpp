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
        Known entry{&identifier, sealer_.index(identifier.tag), std::nullopt, 0};
        auto query = database_.query("SELECT profile_id, last_seen FROM tags WHERE idx = ?");
        if (query.bind(store::ByteView(entry.index)).step()) {
            entry.profile = query.integer(0);
            entry.last_seen = query.integer(1);
        }
        known.push_back(entry);
    }
    std::ranges::sort(known, {}, [](const Known& entry) {
        return trust_rank(entry.identifier->type);
    });
    return known;
}

std::int64_t Profiles::observe(const Player& player, std::int64_t owner, base::UnixMs now) {
    const auto known = look_up(player);
    const auto first =
        std::ranges::find_if(known, [](const Known& entry) { return entry.profile.has_value(); });
    std::int64_t profile = 0;
    if (first != known.end()) {
        profile = *first->profile;
    } else {
        database_.query("INSERT INTO profiles(first_seen, last_seen, joins) VALUES(?1, ?1, 0)")
            .bind(now)
            .run();
        profile = database_.last_insert_rowid();
    }
    for (const auto& entry : known) {
        if (!entry.profile || *entry.profile == profile) attach(entry, profile, owner, now);
    }
    return profile;
}

void Profiles::attach(
    const Known& known,
    std::int64_t profile,
    std::int64_t owner,
    base::UnixMs now
) {
    const auto index = store::ByteView(known.index);
    if (!known.profile) {
        const auto sealed = sealer_.seal(store::Column::tag_value, index, known.identifier->tag);
        database_
            .query(
                "INSERT INTO tags(idx, type, profile_id, value, first_seen, last_seen) "
                "VALUES(?1, ?2, ?3, ?4, ?5, ?5)"
            )
            .bind(index)
            .bind(static_cast<std::int64_t>(known.identifier->type))
            .bind(profile)
            .bind(store::ByteView(sealed))
            .bind(now)
            .run();
    } else if (now - known.last_seen > kLastSeenStep) {
        database_.query("UPDATE tags SET last_seen = ? WHERE idx = ?").bind(now).bind(index).run();
    }
    database_
        .query(
            "INSERT INTO claims(idx, owner_id, profile_id, first_seen) VALUES(?,?,?,?) "
            "ON CONFLICT(idx, owner_id) DO NOTHING"
        )
        .bind(index)
        .bind(owner)
        .bind(profile)
        .bind(now)
        .run();
}

std::int64_t Profiles::record_join(const Player& player, std::int64_t owner, base::UnixMs now) {
    const auto profile = observe(player, owner, now);
    database_
        .query("UPDATE profiles SET joins = joins + 1, last_seen = max(last_seen, ?) WHERE id = ?")
        .bind(now)
        .bind(profile)
        .run();
    return profile;
}

std::optional<std::int64_t> Profiles::find(const store::TagIndex& index) {
    auto query = database_.query("SELECT profile_id FROM tags WHERE idx = ?");
    if (!query.bind(store::ByteView(index)).step()) return std::nullopt;
    return query.integer(0);
}

std::int64_t
Profiles::owners_who_saw_both(const store::TagIndex& one, const store::TagIndex& other) {
    auto query = database_.query(
        "SELECT count(*) FROM claims a JOIN claims b ON b.owner_id = a.owner_id AND "
        "b.profile_id = a.profile_id WHERE a.idx = ? AND b.idx = ?"
    );
    query.bind(store::ByteView(one)).bind(store::ByteView(other));
    return query.step() ? query.integer(0) : 0;
}

std::optional<Profile> Profiles::load(std::int64_t profile) {
    Profile loaded;
    loaded.id = profile;
    {
        auto query =
            database_.query("SELECT first_seen, last_seen, joins FROM profiles WHERE id = ?");
        if (!query.bind(profile).step()) return std::nullopt;
        loaded.first_seen = query.integer(0);
        loaded.last_seen = query.integer(1);
        loaded.joins = query.integer(2);
    }
    auto query = database_.query(
        "SELECT t.type, t.first_seen, t.last_seen, "
        "(SELECT count(*) FROM claims c WHERE c.idx = t.idx) "
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
