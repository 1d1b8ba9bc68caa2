#include "events/handed_on.h"

#include "bans/ban_accounts.h"
#include "identity/sightings.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace drawbridge::events {
namespace {

/// Whoever buys another one changes it.
bool is_of_licence(IdentifierType type) {
    return type == IdentifierType::license || type == IdentifierType::license2;
}

// So many tokens are a machine.
constexpr std::ptrdiff_t kMachine = 3;

/// What a ban names, none of it the session's.
struct Named {
    bool is_another = false;  // an account of a type that the session shows
    bool account = false;     // any, licences apart
    bool token = false;
    // That this owner's servers have seen: others are hashed apart and can never agree.
    std::ptrdiff_t tokens_here = 0;
};

/// Nothing: something of the session is named.
std::optional<Named>
named_by(store::Database& database, const identity::Session& session, std::uint64_t ban) {
    identity::Sightings sightings(database);
    Named all;
    for (const auto& named : bans::named_tags_behind(database, ban)) {
        const auto is_it = [&](const auto& shown) { return shown.tag == named.tag; };
        const bool is_account = std::ranges::any_of(session.accounts, is_it);
        if (is_account || std::ranges::any_of(session.tokens, is_it)) return std::nullopt;
        if (is_of_licence(named.type)) continue;
        if (named.type == IdentifierType::token) {
            all.token = true;
            all.tokens_here += sightings.of_owner(named.tag, session.owner).empty() ? 0 : 1;
            continue;
        }
        const auto is_of_type = [&](const auto& shown) { return shown.type == named.type; };
        all.account = true;
        all.is_another = all.is_another || std::ranges::any_of(session.accounts, is_of_type);
    }
    return all;
}

// Of several accounts in common a ban leaves out none for not having been open at the time. One may
// have been closed; but not where it was another machine as well, with accounts of its own.
bool names_another(store::Database& database, const Meeting& meeting, std::uint64_t ban) {
    const auto named = named_by(database, meeting.session, ban);
    if (!named) return false;
    if (named->is_another) return true;
    if (meeting.accounts != 1) return named->account || named->token;
    const bool is_other_machine =
        named->tokens_here >= kMachine && std::ssize(meeting.session.tokens) >= kMachine;
    return named->account && is_other_machine;
}

}  // namespace

bool is_handed_on(
    store::Database& database,
    const Meeting& meeting,
    std::span<const bans::StandingBan> bans
) {
    const auto is_met = [&](const bans::StandingBan& ban) {
        return std::ranges::find(meeting.profiles, ban.profile) != meeting.profiles.end();
    };
    const bool met_the_banned = std::ranges::any_of(bans, is_met);
    return !bans.empty() && std::ranges::all_of(bans, [&](const bans::StandingBan& ban) {
        if (met_the_banned && !is_met(ban)) return true;
        return names_another(database, meeting, ban.number);
    });
}

}  // namespace drawbridge::events
