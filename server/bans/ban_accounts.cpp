#include "bans/ban_accounts.h"

#include "identity/player.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace drawbridge::bans {

bool names_as_surest(store::Database& database, std::uint64_t number, std::int64_t account) {
    auto query = database.query(
        "SELECT t.id, t.type FROM ban_tags b JOIN tags t ON t.id = b.tag_id "
        "WHERE b.ban_number = ?"
    );
    query.bind(static_cast<std::int64_t>(number));
    std::vector<std::pair<int, std::int64_t>> named;  // surest first
    while (query.step()) {
        const auto type = static_cast<IdentifierType>(query.integer(1));
        named.emplace_back(identity::trust_rank(type), query.integer(0));
    }
    const auto surest = std::ranges::min_element(named);
    return surest != named.end() && surest->second == account;
}

void set_profile(store::Database& database, std::uint64_t number, std::int64_t profile) {
    database.query("UPDATE bans SET profile_id = ? WHERE number = ?")
        .bind(profile)
        .bind(static_cast<std::int64_t>(number))
        .run();
}

}  // namespace drawbridge::bans
