#include "bans/ban_queries.h"

#include "shared/ids.h"

#include <algorithm>
#include <string>
#include <utility>

namespace drawbridge::bans {
namespace {

template <class Enum>
std::optional<std::int64_t> number_of(const std::optional<Enum>& value) {
    if (!value) return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

std::vector<std::uint64_t> numbers_of(store::Query& query) {
    std::vector<std::uint64_t> numbers;
    while (query.step()) {
        numbers.push_back(static_cast<std::uint64_t>(query.integer(0)));
    }
    return numbers;
}

}  // namespace

std::vector<std::uint64_t> find_bans(store::Database& database, const BanFilter& filter) {
    auto query = database.query(
        "SELECT number FROM bans WHERE (?1 IS NULL OR state = ?1) "
        "AND (?2 IS NULL OR category = ?2) AND (?3 IS NULL OR server_id = ?3) "
        "AND (?4 IS NULL OR profile_id = ?4) AND (?7 IS NULL OR owner_id = ?7) AND (?5 IS NULL OR "
        "(created_at, number) < (SELECT created_at, number FROM bans WHERE number = ?5)) "
        "AND (?8 IS NULL OR number IN (SELECT number FROM bans WHERE server_id IS NULL "
        "AND state = 4 AND adopted = 0 AND follows IS NULL UNION ALL "
        "SELECT b.number FROM servers s JOIN bans b ON b.server_id = s.id "
        "WHERE (s.suspended = 1 OR coalesce(s.last_seen_at, s.created_at) < ?8) "
        "AND b.state = 4 AND b.adopted = 0 AND b.follows IS NULL)) "
        "ORDER BY created_at DESC, number DESC LIMIT ?6"
    );
    query.bind(number_of(filter.state))
        .bind(number_of(filter.category))
        .bind(filter.server)
        .bind(filter.profile)
        .bind(number_of(filter.after))
        .bind(std::int64_t{filter.limit})
        .bind(filter.owner)
        .bind(filter.orphaned);
    return numbers_of(query);
}

std::vector<IdentifierType> banned_types(store::Database& database, std::uint64_t number) {
    auto query = database.query(
        "SELECT t.type FROM ban_tags b JOIN tags t ON t.id = b.tag_id "
        "WHERE b.ban_number = ? ORDER BY t.type"
    );
    query.bind(static_cast<std::int64_t>(number));
    std::vector<IdentifierType> types;
    while (query.step()) {
        types.push_back(static_cast<IdentifierType>(query.integer(0)));
    }
    return types;
}

std::optional<std::int64_t> owner_of(store::Database& database, std::uint64_t number) {
    auto query = database.query("SELECT owner_id FROM bans WHERE number = ?");
    query.bind(static_cast<std::int64_t>(number));
    return query.step() ? query.optional_integer(0) : std::nullopt;
}

std::vector<std::uint64_t> bans_of_profile(store::Database& database, std::int64_t profile) {
    auto query = database.query(
        "SELECT number FROM bans WHERE profile_id = ?1 OR number IN (SELECT b.ban_number FROM tags "
        "t JOIN ban_tags b ON b.tag_id = t.id WHERE t.profile_id = ?1) "
        "ORDER BY created_at DESC, number DESC"
    );
    query.bind(profile);
    return numbers_of(query);
}

std::vector<std::int64_t> profiles_of(store::Database& database, std::uint64_t number) {
    auto query = database.query(
        "SELECT profile_id FROM bans WHERE number = ?1 AND profile_id IS NOT NULL UNION "
        "SELECT t.profile_id FROM ban_tags b JOIN tags t ON t.id = b.tag_id "
        "WHERE b.ban_number = ?1 AND t.profile_id IS NOT NULL"
    );
    query.bind(static_cast<std::int64_t>(number));
    std::vector<std::int64_t> profiles;
    while (query.step()) {
        profiles.push_back(query.integer(0));
    }
    return profiles;
}

std::vector<std::uint64_t> bans_of_tag(store::Database& database, std::int64_t tag) {
    auto query = database.query(
        "SELECT number FROM bans WHERE number IN (SELECT ban_number FROM ban_tags WHERE tag_id = "
        "?) "
        "ORDER BY created_at DESC, number DESC"
    );
    query.bind(tag);
    return numbers_of(query);
}

std::vector<StandingBan> standing_bans(
    store::Database& database,
    std::span<const std::int64_t> profiles,
    std::int64_t owner,
    base::UnixMs now
) {
    std::vector<StandingBan> found;
    for (const auto profile : profiles) {
        // +state: by its index all standing bans would be walked, at each join.
        auto query = database.query(
            "SELECT number, created_at, state = 4 FROM bans WHERE number IN ("
            "SELECT number FROM bans WHERE profile_id = ?1 "
            "UNION SELECT b.number FROM tags t JOIN ban_tags n ON n.tag_id = t.id "
            "JOIN bans b ON b.number = n.ban_number "
            "WHERE t.profile_id = ?1 AND b.profile_id IS NULL AND b.owner_id IS NULL) "
            "AND +state IN (1,2,3,4,5,8,9) AND (+state = 4 OR owner_id = ?2) "
            "AND (expires_at IS NULL OR expires_at > ?3)"
        );
        query.bind(profile).bind(owner).bind(now);
        while (query.step()) {
            found.push_back(
                {static_cast<std::uint64_t>(query.integer(0)),
                 profile,
                 query.integer(1),
                 query.integer(2) != 0}
            );
        }
    }
    std::ranges::sort(found, {}, [](const StandingBan& ban) {
        return std::pair(ban.created_at, ban.number);
    });
    return found;
}

std::vector<std::int64_t> profiles_behind(store::Database& database, std::uint64_t number) {
    auto query = database.query(
        "WITH RECURSIVE above(number, follows, profile_id, owner_id) AS ("
        "SELECT number, follows, profile_id, owner_id FROM bans WHERE number = ? "
        "UNION SELECT b.number, b.follows, b.profile_id, b.owner_id FROM above a "
        "JOIN bans b ON b.number = a.follows) "
        "SELECT profile_id FROM above WHERE profile_id IS NOT NULL "
        "UNION SELECT t.profile_id FROM above a JOIN ban_tags n ON n.ban_number = a.number "
        "JOIN tags t ON t.id = n.tag_id WHERE a.profile_id IS NULL AND a.owner_id IS NULL "
        "AND t.profile_id IS NOT NULL"
    );
    query.bind(static_cast<std::int64_t>(number));
    std::vector<std::int64_t> profiles;
    while (query.step()) {
        profiles.push_back(query.integer(0));
    }
    return profiles;
}

void leave_out(
    store::Database& database,
    std::vector<StandingBan>& bans,
    std::span<const std::int64_t> profiles
) {
    if (profiles.empty()) return;
    std::erase_if(bans, [&](const StandingBan& ban) {
        return std::ranges::any_of(profiles_behind(database, ban.number), [&](auto behind) {
            return std::ranges::find(profiles, behind) != profiles.end();
        });
    });
}

std::vector<FollowingBan> following_bans(store::Database& database, std::int64_t profile) {
    auto query = database.query(
        "SELECT number, owner_id FROM bans WHERE profile_id = ? AND follows IS NOT NULL AND "
        "state NOT IN (6, 7, 10) ORDER BY created_at, number"
    );
    query.bind(profile);
    std::vector<FollowingBan> found;
    while (query.step()) {
        found.push_back({static_cast<std::uint64_t>(query.integer(0)), query.optional_integer(1)});
    }
    return found;
}

std::vector<std::uint64_t> followers_of(store::Database& database, std::uint64_t number) {
    auto query =
        database.query("SELECT number FROM bans WHERE follows = ? ORDER BY created_at, number");
    query.bind(static_cast<std::int64_t>(number));
    return numbers_of(query);
}

std::vector<std::uint64_t> superseded_by(store::Database& database, std::uint64_t number) {
    auto query =
        database.query("SELECT number FROM bans WHERE superseded_by = ? ORDER BY created_at, number"
        );
    query.bind(static_cast<std::int64_t>(number));
    return numbers_of(query);
}

std::vector<std::pair<BanState, std::int64_t>> count_by_state(store::Database& database) {
    std::vector<std::pair<BanState, std::int64_t>> counts;
    for (const auto state : kBanStates) {
        auto query = database.query("SELECT count(*) FROM bans WHERE state = ?");
        query.bind(static_cast<std::int64_t>(state));
        counts.emplace_back(state, query.step() ? query.integer(0) : 0);
    }
    return counts;
}

std::int64_t count_entries(store::Database& database, ListId list) {
    auto query = database.query("SELECT count(*) FROM list_entries WHERE list = ?");
    query.bind(list);
    return query.step() ? query.integer(0) : 0;
}

std::int64_t count_entries(store::Database& database, ListId list, std::uint64_t number) {
    auto query =
        database.query("SELECT count(*) FROM list_entries WHERE list = ? AND ban_number = ?");
    query.bind(list).bind(static_cast<std::int64_t>(number));
    return query.step() ? query.integer(0) : 0;
}

}  // namespace drawbridge::bans
