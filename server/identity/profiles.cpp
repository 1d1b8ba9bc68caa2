#include "identity/profiles.h"

#include "auth/owner_trust.h"

#include <algorithm>

namespace drawbridge::identity {

std::int64_t
Profiles::observe(const TaggedIdentifier& account, std::int64_t owner, base::UnixMs now) {
    const auto [index, stored] = tags_.look_up(account.tag);
    const auto profile = stored && stored->profile ? *stored->profile : add(now);
    const auto tag =
        stored ? stored->id : tags_.add(index, account.type, account.tag, profile, now);
    if (stored && !stored->profile) {
        database_.query("UPDATE tags SET profile_id = ? WHERE id = ?")
            .bind(profile)
            .bind(tag)
            .run();
    }
    database_
        .query(
            "INSERT INTO claims(tag_id, owner_id, profile_id, first_seen) VALUES(?,?,?,?) "
            "ON CONFLICT(tag_id, owner_id) DO NOTHING"
        )
        .bind(tag)
        .bind(owner)
        .bind(profile)
        .bind(now)
        .run();
    return profile;
}

std::int64_t Profiles::add(base::UnixMs now) {
    database_.query("INSERT INTO profiles(first_seen, last_seen) VALUES(?1, ?1)").bind(now).run();
    return database_.last_insert_rowid();
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

bool Profiles::two_owners_saw_both(std::int64_t one, std::int64_t other) {
    auto query = database_.query(
        "SELECT a.owner_id FROM claims a JOIN claims b ON b.owner_id = a.owner_id AND "
        "b.profile_id = a.profile_id WHERE a.tag_id = ? AND b.tag_id = ?"
    );
    query.bind(one).bind(other);
    const auth::OwnerTrust trust(database_);
    int witnesses = 0;
    while (witnesses < 2 && query.step()) {
        if (trust.counts(query.integer(0))) ++witnesses;
    }
    return witnesses >= 2;
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
