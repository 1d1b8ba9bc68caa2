#include "events/handed_on.h"

#include "bans/ban_accounts.h"

#include <algorithm>

namespace drawbridge::events {
namespace {

/// Whoever buys another one changes it.
bool is_of_licence(IdentifierType type) {
    return type == IdentifierType::license || type == IdentifierType::license2;
}

// Of several a ban leaves out none for not having been open at the time. One may.
bool tells_of_accounts(std::size_t in_common) {
    return in_common != 1;
}

bool names_another(store::Database& database, const Meeting& meeting, std::uint64_t ban) {
    const auto& accounts = meeting.session.accounts;
    const auto& tokens = meeting.session.tokens;
    bool is_another = false;
    bool is_whole_session = false;
    for (const auto& named : bans::named_tags_behind(database, ban)) {
        const auto is_it = [&](const auto& shown) { return shown.tag == named.tag; };
        const bool is_account = std::ranges::any_of(accounts, is_it);
        if (is_account || std::ranges::any_of(tokens, is_it)) return false;
        if (is_of_licence(named.type)) continue;
        is_whole_session = true;
        const auto is_of_type = [&](const auto& shown) { return shown.type == named.type; };
        is_another = is_another || std::ranges::any_of(accounts, is_of_type);
    }
    return is_another || (is_whole_session && tells_of_accounts(meeting.accounts));
}

}  // namespace

bool is_handed_on(
    store::Database& database,
    const Meeting& meeting,
    std::span<const bans::StandingBan> bans
) {
    const auto names_others = [&](std::int64_t profile) {
        bool is_banned = false;
        for (const auto& ban : bans) {
            if (ban.profile != profile) continue;
            if (!names_another(database, meeting, ban.number)) return false;
            is_banned = true;
        }
        return is_banned;
    };
    return !meeting.profiles.empty() && std::ranges::all_of(meeting.profiles, names_others);
}

}  // namespace drawbridge::events
