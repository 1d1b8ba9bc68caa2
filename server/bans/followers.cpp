// Bans that follow from another: a person who came back on other accounts. Writes here are bounded
// by kMaxFollowers, reads by what ever followed and is still in the history.
#include "bans/bans.h"
#include "shared/ids.h"

#include <algorithm>

namespace drawbridge::bans {
namespace {

constexpr std::string_view kLiftedByOrigin = "the ban it followed from was lifted by its server";

std::int64_t row_of(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

bool binds(const Ban& ban, const auth::Server& server, base::UnixMs now) {
    if (!is_standing(ban.state) || (ban.expires_at && *ban.expires_at <= now)) return false;
    return ban.state == BanState::active || ban.owner == server.owner_row;
}

/// What the network does not act on yet, or never, cannot have consequences there.
BanState following_state(BanState parent, BanState by_mode) {
    switch (parent) {
        case BanState::active: return by_mode;
        case BanState::proposed:
        case BanState::grace:
        case BanState::awaiting:
        case BanState::escalated:
            return by_mode == BanState::local ? BanState::local : BanState::proposed;
        case BanState::local:
        case BanState::rejected:
        case BanState::lifted:
        case BanState::expired:
        case BanState::superseded: break;
    }
    return BanState::local;
}

}  // namespace

std::variant<Bans::Placed, FollowError> Bans::place_following(
    std::uint64_t parent,
    const NewBan& ban,
    const auth::Server& from,
    base::UnixMs grace_ms,
    base::UnixMs now
) {
    const auto followed = load(parent);
    if (!followed || !binds(*followed, from, now)) return FollowError::not_in_force;
    if (const auto standing = standing_ban(ban.target, from.row, now)) {
        return Placed{*load(*standing), false};
    }
    const auto family = standing_followers(root_of(parent), Spare::nothing);
    if (family.size() >= kMaxFollowers) return FollowError::too_many;
    const auto origin = behind_breaker(from, now);
    Ban placed = drawn_up(ban, origin, now);
    placed.follows = parent;
    placed.category = Category::evasion;
    placed.state = following_state(followed->state, first_state(origin.mode, grace_ms));
    if (followed->expires_at) {
        placed.expires_at =
            std::min(*followed->expires_at, ban.expires_at.value_or(*followed->expires_at));
    }
    store_new(placed, ban, origin, grace_ms);
    return Placed{std::move(placed), true};
}

// Not adopted: what speaks for it is the parent, and ends with it even when that one's owner lifts
// it.
std::variant<Bans::Placed, FollowError> Bans::follow_by_staff(
    std::uint64_t parent,
    const identity::TaggedIdentifier& account,
    const Decision& by,
    Agreement agreement
) {
    const auto followed = load(parent);
    if (!followed || followed->state != BanState::active) return FollowError::not_in_force;
    const auto family = standing_followers(root_of(parent), Spare::nothing);
    if (family.size() >= kMaxFollowers) return FollowError::too_many;
    return Placed{place_staff_follower(*followed, {{account}, {}, {}}, by, agreement), true};
}

Ban Bans::place_staff_follower(
    const Ban& followed,
    const identity::Player& target,
    const Decision& by,
    Agreement agreement
) {
    Ban placed;
    placed.number = free_number();
    placed.state = agreement == Agreement::two_persons ? BanState::awaiting : BanState::active;
    placed.category = Category::evasion;
    placed.reason = followed.reason;
    placed.profile = profiles_.find(identity::anchor_of(target)->tag);
    placed.follows = followed.number;
    placed.created_at = by.now;
    placed.expires_at = followed.expires_at;
    placed.decided_at = by.now;
    placed.decided_by = by.staff;
    NewBan from;
    from.target = target;
    insert(placed, from, std::nullopt);
    note_placed(placed, {store::by_admin(by.staff), by.note, by.now});
    publish(placed);
    return placed;
}

std::uint64_t Bans::root_of(std::uint64_t number) {
    auto query = database_.query(
        "WITH RECURSIVE above(number, follows) AS ("
        "SELECT number, follows FROM bans WHERE number = ? "
        "UNION SELECT b.number, b.follows FROM above a JOIN bans b ON b.number = a.follows) "
        "SELECT number FROM above WHERE follows IS NULL"
    );
    return query.bind(row_of(number)).step() ? static_cast<std::uint64_t>(query.integer(0))
                                             : number;
}

// What followed from one that is spared is spared with it. One that has ended leads on to what was
// spared then.
std::vector<std::uint64_t> Bans::standing_followers(std::uint64_t number, Spare spare) {
    auto query = database_.query(
        "WITH RECURSIVE below(number) AS ("
        "SELECT number FROM bans WHERE follows = ?1 AND adopted <= ?2 "
        "UNION SELECT b.number FROM below a JOIN bans b ON b.follows = a.number "
        "WHERE b.adopted <= ?2) "
        "SELECT b.number FROM below a JOIN bans b ON b.number = a.number "
        "WHERE b.state NOT IN (6, 7, 10)"
    );
    query.bind(row_of(number)).bind(std::int64_t{spare == Spare::adopted ? 0 : 1});
    std::vector<std::uint64_t> found;
    while (query.step()) {
        found.push_back(static_cast<std::uint64_t>(query.integer(0)));
    }
    return found;
}

std::vector<std::uint64_t>
Bans::end_followers(const Ban& parent, BanAction action, const Author& by, Spare spare) {
    // What one owner says of its ban is not for the owners of those that followed from it.
    const bool is_staff = by.actor.kind == store::ActorKind::admin;
    const Author author = is_staff ? by : Author{store::by_system(), kLiftedByOrigin, by.now};
    auto followers = standing_followers(parent.number, spare);
    for (const auto number : followers) {
        (void)change(load(number).value(), action, author);
    }
    return followers;
}

void audit_followers(
    const Bans::Decided& decided,
    const std::function<void(const store::AuditEntry&)>& audit
) {
    const auto parent = print_ban_code(decided.ban.number);
    const auto detail = "followed from " + std::string(parent.view());
    for (const auto number : decided.followers) {
        const auto code = print_ban_code(number);
        audit({"ban.lift.following", code.view(), {}, detail});
    }
}

}  // namespace drawbridge::bans
