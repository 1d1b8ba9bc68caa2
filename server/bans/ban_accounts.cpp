#include "bans/ban_accounts.h"

#include "identity/player.h"

#include <algorithm>
#include <utility>

namespace drawbridge::bans {
namespace {

std::vector<NamedTag> read(store::Query& query) {
    std::vector<NamedTag> named;
    while (query.step()) {
        named.push_back({query.integer(0), static_cast<IdentifierType>(query.integer(1))});
    }
    return named;
}

}  // namespace

std::vector<NamedTag> named_tags_behind(store::Database& database, std::uint64_t number) {
    auto query = database.query(
        "WITH RECURSIVE above(number, follows) AS ("
        "SELECT number, follows FROM bans WHERE number = ? "
        "UNION SELECT b.number, b.follows FROM above a JOIN bans b ON b.number = a.follows) "
        "SELECT DISTINCT t.id, t.type FROM above a JOIN ban_tags b ON b.ban_number = a.number "
        "JOIN tags t ON t.id = b.tag_id"
    );
    query.bind(static_cast<std::int64_t>(number));
    return read(query);
}

bool names_as_surest(store::Database& database, std::uint64_t number, std::int64_t account) {
    auto query = database.query(
        "SELECT t.id, t.type FROM ban_tags b JOIN tags t ON t.id = b.tag_id "
        "WHERE b.ban_number = ?"
    );
    query.bind(static_cast<std::int64_t>(number));
    const auto named = read(query);
    const auto surest = std::ranges::min_element(named, {}, [](const NamedTag& entry) {
        return std::pair(identity::trust_rank(entry.type), entry.tag);
    });
    return surest != named.end() && surest->tag == account;
}

void set_profile(store::Database& database, std::uint64_t number, std::int64_t profile) {
    database.query("UPDATE bans SET profile_id = ? WHERE number = ?")
        .bind(profile)
        .bind(static_cast<std::int64_t>(number))
        .run();
}

}  // namespace drawbridge::bans
