#include "identity/joins.h"

#include "identity/ruled_tags.h"

#include <algorithm>
#include <stdexcept>

namespace drawbridge::identity {
namespace {

// Rewriting `last_seen` at every join would cost a page a tag; a day is close enough.
constexpr base::UnixMs kLastSeenStep = base::kDayMs;

bool is_among(const std::vector<std::int64_t>& tags, const TagLookUp& found) {
    return found.stored && std::ranges::find(tags, found.stored->id) != tags.end();
}

}  // namespace

Session Joins::record(const Player& player, std::int64_t owner, base::UnixMs now) {
    const auto* anchor = anchor_of(player);
    if (anchor == nullptr) throw std::logic_error("a join without an account");
    Session session;
    session.owner = owner;
    session.profile = profile_of(anchor->tag, now);
    const auto taken_off = RuledTags(database_).of_profile(session.profile);
    for (const auto& identifier : player.tags) {
        if (!is_account(identifier.type)) continue;
        if (!taken_off.empty() && is_among(taken_off, tags_.look_up(identifier.tag))) continue;
        session.accounts.push_back(record_account(identifier, session, now));
    }
    for (const auto& token : player.tokens) {
        session.tokens.push_back(record_token(token, session, now));
    }
    database_.query("UPDATE profiles SET last_seen = max(last_seen, ?) WHERE id = ?")
        .bind(now)
        .bind(session.profile)
        .run();
    return session;
}

void Joins::note_tokens(
    const Player& player,
    std::int64_t profile,
    std::int64_t owner,
    base::UnixMs now
) {
    const Session session{profile, owner, {}, {}};
    for (const auto& token : player.tokens) {
        (void)record_token(token, session, now);
    }
}

std::int64_t Joins::profile_of(const Tag& anchor, base::UnixMs now) {
    const auto known = tags_.look_up(anchor).stored;
    if (known && known->profile) return *known->profile;
    database_.query("INSERT INTO profiles(first_seen, last_seen) VALUES(?1, ?1)").bind(now).run();
    return database_.last_insert_rowid();
}

SessionAccount
Joins::record_account(const TaggedIdentifier& account, const Session& session, base::UnixMs now) {
    const auto [index, stored] = tags_.look_up(account.tag);
    if (!stored) {
        const auto id = tags_.add(index, account.type, account.tag, session.profile, now);
        claim(id, session, now);
        return {id, account.type, now, false};
    }
    const auto home = stored->profile.value_or(session.profile);
    touch(*stored, home, now);
    const auto claimed = claimed_profile(stored->id, session.owner);
    if (!claimed) {
        claim(stored->id, session, now);
    } else if (*claimed != session.profile) {
        const auto seen = sightings_.of_owner(stored->id, session.owner);
        sightings_.record(stored->id, session.owner, session.profile, seen, now);
    }
    const bool is_shared =
        home != session.profile || claimed.value_or(session.profile) != session.profile;
    return {stored->id, account.type, stored->profile ? stored->first_seen : now, is_shared};
}

SessionToken Joins::record_token(const Tag& token, const Session& session, base::UnixMs now) {
    const auto [index, stored] = tags_.look_up(token);
    SessionToken seen;
    if (stored) {
        seen.tag = stored->id;
        seen.seen = sightings_.of_owner(stored->id, session.owner);
        touch(*stored, std::nullopt, now);
    } else {
        seen.tag = tags_.add(index, IdentifierType::token, token, std::nullopt, now);
    }
    sightings_.record(seen.tag, session.owner, session.profile, seen.seen, now);
    return seen;
}

std::optional<std::int64_t> Joins::claimed_profile(std::int64_t tag, std::int64_t owner) {
    auto query = database_.query("SELECT profile_id FROM claims WHERE tag_id = ? AND owner_id = ?");
    if (!query.bind(tag).bind(owner).step()) return std::nullopt;
    return query.integer(0);
}

void Joins::claim(std::int64_t tag, const Session& session, base::UnixMs now) {
    database_.query("INSERT INTO claims(tag_id, owner_id, profile_id, first_seen) VALUES(?,?,?,?)")
        .bind(tag)
        .bind(session.owner)
        .bind(session.profile)
        .bind(now)
        .run();
}

void Joins::touch(const StoredTag& stored, std::optional<std::int64_t> profile, base::UnixMs now) {
    // Apart, for writing `profile_id` checks a foreign key and saves pages for undoing it. That a
    // ban has named the account before is not that anybody was seen with it.
    if (stored.profile != profile) {
        database_.query("UPDATE tags SET profile_id = ?, first_seen = ? WHERE id = ?")
            .bind(profile)
            .bind(now)
            .bind(stored.id)
            .run();
    }
    if (stored.profile == profile && now - stored.last_seen <= kLastSeenStep) return;
    database_.query("UPDATE tags SET last_seen = ? WHERE id = ?").bind(now).bind(stored.id).run();
}

}  // namespace drawbridge::identity
