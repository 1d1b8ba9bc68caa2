// One ban takes the place of another against the same person. Nobody is let in by that:
// docs/bans.md has the rules under "Superseded".
#include "bans/ban_queries.h"
#include "bans/bans.h"
#include "identity/links.h"
#include "shared/ids.h"

#include <algorithm>

namespace drawbridge::bans {
namespace {

constexpr std::int64_t kNetwork = 0;  // as identity::Links takes it

std::int64_t row_of(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

bool is_as_long(const Ban& other, const Ban& ban) {
    if (!other.expires_at) return true;
    return ban.expires_at && *ban.expires_at <= *other.expires_at;
}

/// One by staff that waits for the second person binds nobody.
bool binds_somebody(const Ban& ban) {
    return ban.state == BanState::active || ban.owner.has_value();
}

/// Whoever is bound by `ban` is bound by `other`.
bool is_as_wide(const Ban& other, const Ban& ban) {
    if (other.state == BanState::active || !binds_somebody(ban)) return true;
    return ban.state != BanState::active && ban.owner == other.owner;
}

/// Whom a ban is against. One by staff may be older than what is known of the player.
std::vector<std::int64_t> profiles_against(store::Database& database, const Ban& ban) {
    return ban.profile ? std::vector{*ban.profile} : profiles_of(database, ban.number);
}

/// Nobody may have met the player yet: then the account itself tells.
bool name_one_account(store::Database& database, const Ban& ban, const Ban& other) {
    auto query = database.query(
        "SELECT t.type FROM ban_tags a JOIN ban_tags b ON b.tag_id = a.tag_id JOIN tags t "
        "ON t.id = a.tag_id WHERE a.ban_number = ? AND b.ban_number = ?"
    );
    query.bind(row_of(ban.number)).bind(row_of(other.number));
    while (query.step()) {
        const auto type = static_cast<IdentifierType>(query.integer(0));
        if (identity::is_account(type) && !identity::is_of_household(type)) return true;
    }
    return false;
}

bool are_of_one_person(store::Database& database, const Ban& ban, const Ban& other) {
    const auto ours = profiles_against(database, ban);
    const auto theirs = profiles_against(database, other);
    if (ours.empty() || theirs.empty()) return name_one_account(database, ban, other);
    identity::Links links(database);
    const auto owner = ban.owner == other.owner ? ban.owner.value_or(kNetwork) : kNetwork;
    return std::ranges::any_of(ours, [&](std::int64_t profile) {
        const auto person = links.person_of(profile, owner);
        return std::ranges::find_first_of(person, theirs) != person.end();
    });
}

bool follows_from(store::Database& database, const Ban& ban, const Ban& ancestor) {
    auto query = database.query(
        "WITH RECURSIVE above(number) AS (SELECT follows FROM bans WHERE number = ?1 "
        "UNION SELECT b.follows FROM above a JOIN bans b ON b.number = a.number) "
        "SELECT 1 FROM above WHERE number = ?2"
    );
    return query.bind(row_of(ban.number)).bind(row_of(ancestor.number)).step();
}

std::optional<SupersedeError>
why_not(store::Database& database, const Ban& ban, const Ban& other, base::UnixMs now) {
    if (ban.number == other.number) return SupersedeError::same_ban;
    if (!is_standing(ban.state)) return SupersedeError::is_over;
    const bool is_past = other.expires_at && *other.expires_at <= now;
    if (!is_standing(other.state) || is_past) return SupersedeError::other_is_over;
    if (follows_from(database, ban, other) || follows_from(database, other, ban)) {
        return SupersedeError::one_family;
    }
    if (!are_of_one_person(database, ban, other)) return SupersedeError::other_person;
    if (!is_as_wide(other, ban)) return SupersedeError::narrower;
    return std::nullopt;
}

/// Of what followed from `ban`: what ended with it ends with the other, nothing ends later.
std::optional<base::UnixMs> end_under(const Ban& follower, const Ban& ban, const Ban& other) {
    if (follower.expires_at == ban.expires_at || !follower.expires_at) return other.expires_at;
    if (!other.expires_at) return follower.expires_at;
    return std::min(*follower.expires_at, *other.expires_at);
}

bool is_listed(store::Database& database, ListId list, const Tag& tag, std::uint64_t number) {
    const auto prefix = tag_prefix(tag);
    auto query =
        database.query("SELECT 1 FROM list_entries WHERE list = ? AND prefix = ? AND ban_number = ?"
        );
    return query.bind(list).bind(store::ByteView(prefix)).bind(row_of(number)).step();
}

}  // namespace

std::variant<Superseded, SupersedeError>
Bans::supersede(const Supersession& wanted, const Decision& by) {
    auto ban = load(wanted.number);
    if (!ban) return SupersedeError::unknown_code;
    const auto other = load(wanted.by);
    if (!other) return SupersedeError::unknown_other;
    if (const auto error = why_not(database_, *ban, *other, by.now)) return *error;
    if (!wanted.may_be_shorter && !is_as_long(*other, *ban)) return SupersedeError::shorter;
    const auto alone = bound_by_it_alone(*ban, *other);
    if (!alone.tags.empty() && ban->state != BanState::active) return SupersedeError::unbound;
    const auto family = standing_followers(root_of(other->number), Spare::nothing).size();
    const auto moving = standing_followers(ban->number, Spare::nothing).size();
    if (family + moving >= kMaxFollowers) return SupersedeError::too_many;

    Superseded done;
    // These accounts are on the network already, so nobody has to agree to it again.
    if (!alone.tags.empty()) {
        done.extended = place_staff_follower(*other, alone, by, Agreement::one_person).number;
    }
    done.followers = hand_over_followers(*ban, *other);
    done.appeal = hand_over_appeal(*ban, *other);
    ban->superseded_by = other->number;
    const Author author{store::by_admin(by.staff), by.note, by.now};
    done.ban = change(*ban, BanAction::supersede, author).value();
    if (other->state == BanState::active) {
        // Staff stand for it now: its server cannot let in whom staff have kept out.
        auto note = "in place of " + std::string(print_ban_code(ban->number).view());
        if (!by.note.empty()) note.append(": ").append(by.note);
        (void)change(*other, BanAction::keep, {author.actor, note, by.now});
    }
    return done;
}

identity::Player Bans::bound_by_it_alone(const Ban& ban, const Ban& other) {
    identity::Player alone;
    if (!binds_somebody(ban)) return alone;
    const auto list = ban.state == BanState::active ? kNetworkList : *ban.owner;
    auto family = standing_followers(other.number, Spare::nothing);
    family.push_back(other.number);
    for (const auto& banned : tags_of(ban.number)) {
        if (!identity::is_account(banned.type)) continue;
        if (!is_listed(database_, list, banned.tag, ban.number)) continue;
        const bool is_bound = std::ranges::any_of(family, [&](std::uint64_t number) {
            return is_listed(database_, kNetworkList, banned.tag, number) ||
                   is_listed(database_, list, banned.tag, number);
        });
        if (!is_bound) alone.tags.push_back({banned.type, banned.tag});
    }
    return alone;
}

std::vector<std::uint64_t> Bans::hand_over_followers(const Ban& ban, const Ban& other) {
    auto followers = standing_followers(ban.number, Spare::nothing);
    database_.query("UPDATE bans SET follows = ? WHERE follows = ?")
        .bind(row_of(other.number))
        .bind(row_of(ban.number))
        .run();
    for (const auto number : followers) {
        auto follower = load(number).value();
        const auto end = end_under(follower, ban, other);
        if (end == follower.expires_at) continue;
        follower.expires_at = end;
        database_.query("UPDATE bans SET expires_at = ? WHERE number = ?")
            .bind(end)
            .bind(row_of(number))
            .run();
        publish(follower);
    }
    return followers;
}

// The numbers are those of review::AppealState: 1 is open.
std::optional<std::int64_t> Bans::hand_over_appeal(const Ban& ban, const Ban& other) {
    auto query = database_.query(
        "UPDATE appeals SET ban_number = ?2 WHERE ban_number = ?1 AND state = 1 AND NOT EXISTS "
        "(SELECT 1 FROM appeals WHERE ban_number = ?2 AND state = 1) RETURNING id"
    );
    query.bind(row_of(ban.number)).bind(row_of(other.number));
    std::optional<std::int64_t> moved;
    while (query.step()) {
        moved = query.integer(0);
    }
    return moved;
}

// In doubt the player is let in: what has ended ends again, and what followed from it as well where
// nothing is there for it to follow from.
void Bans::supersede_again(const Ban& ban, std::uint64_t number, const Author& by) {
    if (!is_standing(ban.state)) return;
    const auto other = load(number);
    auto ending = ban;
    if (other) {
        ending.superseded_by = other->number;
        (void)hand_over_followers(ban, *other);
        (void)hand_over_appeal(ban, *other);
    }
    (void)change_again(ending, BanAction::supersede, by);
    for (const auto follower : standing_followers(ban.number, Spare::nothing)) {
        (void)change_again(load(follower).value(), BanAction::lift, by);
    }
}

}  // namespace drawbridge::bans
