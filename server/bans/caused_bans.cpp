#include "bans/caused_bans.h"

#include "bans/bans.h"

namespace drawbridge::bans {
namespace {

std::vector<CausedBan> read_ended(store::Query& query) {
    std::vector<CausedBan> found;
    while (query.step()) {
        CausedBan ban;
        ban.number = static_cast<std::uint64_t>(query.integer(0));
        ban.state = static_cast<BanState>(query.integer(1));
        ban.server = query.optional_integer(2);
        ban.profile = query.optional_integer(3);
        ban.is_own = query.integer(4) != 0;
        found.push_back(ban);
    }
    return found;
}

}  // namespace

// One that has ended leads on to what followed from it and was spared then.
CausedBans caused_bans(store::Database& database, const ServerSpan& span, Adopted adopted) {
    const std::int64_t most_adopted = adopted == Adopted::included ? 1 : 0;
    CausedBans caused;
    {
        auto query = database.query(
            "WITH RECURSIVE own(number) AS MATERIALIZED ("
            "SELECT number FROM bans WHERE server_id = ?1 AND created_at >= ?2 "
            "AND (?3 IS NULL OR created_at < ?3) AND adopted <= ?4), "
            "below(number) AS (SELECT number FROM own "
            "UNION SELECT b.number FROM below a JOIN bans b ON b.follows = a.number "
            "WHERE b.adopted <= ?4) "
            "SELECT b.number, b.state, b.server_id, b.profile_id, b.number IN own "
            "FROM below JOIN bans b ON b.number = below.number "
            "WHERE b.state NOT IN (6, 7, 10) ORDER BY b.created_at, b.number"
        );
        query.bind(span.server).bind(span.since).bind(span.until).bind(most_adopted);
        caused.ended = read_ended(query);
    }
    if (adopted == Adopted::included) return caused;
    auto query = database.query(
        "WITH RECURSIVE below(number, adopted) AS ("
        "SELECT number, adopted FROM bans WHERE server_id = ?1 AND created_at >= ?2 "
        "AND (?3 IS NULL OR created_at < ?3) "
        "UNION SELECT b.number, b.adopted FROM below a JOIN bans b ON b.follows = a.number "
        "WHERE a.adopted = 0) "
        "SELECT b.number FROM below a JOIN bans b ON b.number = a.number "
        "WHERE a.adopted = 1 AND b.state NOT IN (6, 7, 10) ORDER BY b.created_at, b.number"
    );
    query.bind(span.server).bind(span.since).bind(span.until);
    while (query.step()) {
        caused.kept.push_back(static_cast<std::uint64_t>(query.integer(0)));
    }
    return caused;
}

void Bans::revoke(std::span<const CausedBan> caused, const Decision& by) {
    const Author author{store::by_admin(by.staff), by.note, by.now};
    for (const auto& ban : caused) {
        const auto standing = load(ban.number);
        if (standing) (void)change(*standing, BanAction::overturn, author);
    }
}

}  // namespace drawbridge::bans
