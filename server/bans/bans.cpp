#include "bans/bans.h"

#include "auth/random.h"
#include "auth/servers.h"
#include "bans/ban_evidence.h"

#include <stdexcept>

namespace drawbridge::bans {
namespace {

std::optional<std::int64_t> stored_number(std::optional<std::uint64_t> number) {
    if (!number) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

}  // namespace

BanState first_state(auth::PropagationMode mode, base::UnixMs grace_ms) {
    switch (mode) {
        case auth::PropagationMode::local: return BanState::local;
        case auth::PropagationMode::review: return BanState::proposed;
        case auth::PropagationMode::automatic:
            return grace_ms > 0 ? BanState::grace : BanState::active;
    }
    return BanState::proposed;
}

Bans::Placed
Bans::place(const NewBan& ban, const auth::Server& from, base::UnixMs grace_ms, base::UnixMs now) {
    if (const auto standing = standing_ban(ban.target, from.row, now)) {
        return {*load(*standing), false};
    }
    const auto origin = behind_breaker(from, now);
    Ban placed = drawn_up(ban, origin, now);
    placed.state = first_state(origin.mode, grace_ms);
    store_new(placed, ban, origin, grace_ms);
    return {std::move(placed), true};
}

Ban Bans::drawn_up(const NewBan& from, const auth::Server& origin, base::UnixMs now) {
    Ban ban;
    ban.number = free_number();
    ban.category = from.category;
    ban.reason = from.reason;
    ban.issuer = from.issuer;
    ban.server = origin.row;
    ban.owner = origin.owner_row;
    // Only the surest tag says whom this is about: the rest of the target is the origin's word.
    if (const auto* anchor = identity::anchor_of(from.target)) {
        ban.profile = from.makes_known ? profiles_.observe(*anchor, origin.owner_row, now)
                                       : profiles_.find(anchor->tag);
    }
    ban.created_at = now;
    ban.expires_at = from.expires_at;
    return ban;
}

void Bans::store_new(
    Ban& ban,
    const NewBan& from,
    const auth::Server& origin,
    base::UnixMs grace_ms
) {
    if (ban.state == BanState::grace) ban.grace_until = ban.created_at + grace_ms;
    insert(ban, from, origin.mode);
    note_placed(ban, {store::by_server(origin.id), {}, ban.created_at});
    publish(ban);
}

void Bans::note_placed(const Ban& ban, const Author& by) {
    BanChange placed;
    placed.at = by.now;
    placed.to = ban.state;
    placed.actor = by.actor.kind;
    placed.who = by.actor.name;
    placed.reason = by.reason;
    append_change(database_, sealer_, ban.number, placed);
}

Ban Bans::place_by_staff(
    const NewBan& ban,
    std::string_view staff,
    base::UnixMs now,
    Agreement agreement
) {
    Ban placed;
    placed.number = free_number();
    placed.state = agreement == Agreement::two_persons ? BanState::awaiting : BanState::active;
    placed.category = ban.category;
    placed.reason = ban.reason;
    placed.adopted = true;
    placed.created_at = now;
    placed.expires_at = ban.expires_at;
    placed.decided_at = now;
    placed.decided_by = staff;
    for (const auto& identifier : ban.target.tags) {
        if (!placed.profile) placed.profile = profiles_.find(identifier.tag);
    }
    insert(placed, ban, std::nullopt);
    note_placed(placed, {store::by_admin(staff), {}, now});
    publish(placed);
    return placed;
}

std::vector<Bans::Step> Bans::tick(base::UnixMs now, int limit) {
    std::vector<Step> due;
    {
        auto query = database_.query(
            "SELECT number FROM bans WHERE state = 3 AND grace_until <= ?1 AND "
            "(expires_at IS NULL OR expires_at > ?1) LIMIT ?2"
        );
        query.bind(now).bind(std::int64_t{limit});
        while (query.step()) {
            due.push_back({static_cast<std::uint64_t>(query.integer(0)), BanAction::end_grace});
        }
    }
    {
        auto query = database_.query(
            "SELECT number FROM bans WHERE state NOT IN (6, 7, 10) AND expires_at <= ? LIMIT ?"
        );
        query.bind(now).bind(std::int64_t{limit});
        while (query.step()) {
            due.push_back({static_cast<std::uint64_t>(query.integer(0)), BanAction::expire});
        }
    }
    for (const auto& [number, action] : due) {
        (void)change(load(number).value(), action, {store::by_system(), {}, now});
    }
    return due;
}

std::uint64_t Bans::free_number() {
    for (;;) {
        const auto number = 1 + auth::random_below(kMaxBanNumber);
        auto query = database_.query("SELECT 1 FROM bans WHERE number = ?");
        if (!query.bind(static_cast<std::int64_t>(number)).step()) return number;
    }
}

std::optional<std::uint64_t>
Bans::standing_ban(const identity::Player& target, std::int64_t server, base::UnixMs now) {
    for (const auto& identifier : target.tags) {
        if (!identity::is_account(identifier.type)) continue;
        const auto known = tags_.look_up(identifier.tag).stored;
        if (!known) continue;
        auto query = database_.query(
            "SELECT b.number FROM ban_tags t JOIN bans b ON b.number = t.ban_number "
            "WHERE t.tag_id = ? AND b.server_id = ? AND b.state NOT IN (6, 7, 10) "
            "AND (b.expires_at IS NULL OR b.expires_at > ?) LIMIT 1"
        );
        query.bind(known->id).bind(server).bind(now);
        if (query.step()) return static_cast<std::uint64_t>(query.integer(0));
    }
    return std::nullopt;
}

void Bans::insert(const Ban& ban, const NewBan& from, std::optional<auth::PropagationMode> mode) {
    const auto reason = seal_text(store::Column::ban_reason, ban.number, ban.reason);
    const auto issuer = seal_text(store::Column::ban_issuer, ban.number, ban.issuer);
    const auto decided_by =
        seal_optional(store::Column::ban_decided_by, ban.number, ban.decided_by);
    auto query = database_.query(
        "INSERT INTO bans(number, state, category, reason, issuer, server_id, owner_id, "
        "profile_id, follows, "
        "mode, event_id, adopted, created_at, grace_until, expires_at, decided_at, decided_by) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    );
    query.bind(static_cast<std::int64_t>(ban.number))
        .bind(static_cast<std::int64_t>(ban.state))
        .bind(static_cast<std::int64_t>(ban.category))
        .bind(store::ByteView(reason))
        .bind(store::ByteView(issuer))
        .bind(ban.server)
        .bind(ban.owner)
        .bind(ban.profile)
        .bind(stored_number(ban.follows));
    mode ? query.bind(static_cast<std::int64_t>(*mode)) : query.bind_null();
    from.event_id ? query.bind(store::ByteView(*from.event_id)) : query.bind_null();
    query.bind(std::int64_t{ban.adopted ? 1 : 0})
        .bind(ban.created_at)
        .bind(ban.grace_until)
        .bind(ban.expires_at)
        .bind(ban.decided_at);
    query.bind(decided_by).run();
    insert_tags(ban, from.target);
    const auto actor = mode ? store::ActorKind::server : store::ActorKind::admin;
    const Evidence like{ban.created_at, actor, {}};
    if (!add_evidence(database_, sealer_, ban.number, from.evidence, like)) {
        throw std::logic_error("more evidence than a ban takes was let through");
    }
}

void Bans::insert_tags(const Ban& ban, const identity::Player& target) {
    const auto insert_one = [&](IdentifierType type, const Tag& tag) {
        const auto known = tags_.look_up(tag);
        const auto id = known.stored
                            ? known.stored->id
                            : tags_.add(known.index, type, tag, std::nullopt, ban.created_at);
        database_.query("INSERT OR IGNORE INTO ban_tags(ban_number, tag_id) VALUES(?,?)")
            .bind(static_cast<std::int64_t>(ban.number))
            .bind(id)
            .run();
    };
    for (const auto& identifier : target.tags) {
        if (identity::is_account(identifier.type)) insert_one(identifier.type, identifier.tag);
    }
    for (const auto& token : target.tokens) {
        insert_one(IdentifierType::token, token);
    }
}

std::vector<Bans::BannedTag> Bans::tags_of(std::uint64_t number) {
    auto query = database_.query(
        "SELECT t.id, t.type, t.value FROM ban_tags b JOIN tags t ON t.id = b.tag_id "
        "WHERE b.ban_number = ?"
    );
    query.bind(static_cast<std::int64_t>(number));
    std::vector<BannedTag> tags;
    while (query.step()) {
        const auto id = query.integer(0);
        const auto tag = tags_.open(id, query.blob_view(2));
        if (!tag) {
            throw std::runtime_error(
                "a tag of ban " + std::string(print_ban_code(number).view()) +
                " cannot be opened: altered"
            );
        }
        tags.push_back({id, static_cast<IdentifierType>(query.integer(1)), *tag});
    }
    return tags;
}

void Bans::set_state(const Ban& ban) {
    const auto note = seal_text(store::Column::ban_decision, ban.number, ban.decision_note);
    const auto decided_by =
        seal_optional(store::Column::ban_decided_by, ban.number, ban.decided_by);
    auto query = database_.query(
        "UPDATE bans SET state = ?, adopted = ?, grace_until = ?, decided_at = ?, decided_by = ?, "
        "decision_note = ?, superseded_by = ? WHERE number = ?"
    );
    query.bind(static_cast<std::int64_t>(ban.state))
        .bind(std::int64_t{ban.adopted ? 1 : 0})
        .bind(ban.grace_until)
        .bind(ban.decided_at);
    query.bind(decided_by)
        .bind(store::ByteView(note))
        .bind(stored_number(ban.superseded_by))
        .bind(static_cast<std::int64_t>(ban.number))
        .run();
}

std::optional<Ban> Bans::load(std::uint64_t number) {
    auto query = database_.query(
        "SELECT state, category, reason, issuer, server_id, owner_id, profile_id, adopted, "
        "created_at, grace_until, expires_at, decided_at, decided_by, decision_note, follows, "
        "superseded_by FROM bans WHERE number = ?"
    );
    if (!query.bind(static_cast<std::int64_t>(number)).step()) return std::nullopt;
    Ban ban;
    ban.number = number;
    ban.state = static_cast<BanState>(query.integer(0));
    ban.category = static_cast<Category>(query.integer(1));
    ban.reason = open_text(store::Column::ban_reason, number, query.blob_view(2));
    ban.issuer = open_text(store::Column::ban_issuer, number, query.blob_view(3));
    ban.server = query.optional_integer(4);
    ban.owner = query.optional_integer(5);
    ban.profile = query.optional_integer(6);
    ban.adopted = query.integer(7) != 0;
    ban.created_at = query.integer(8);
    ban.grace_until = query.optional_integer(9);
    ban.expires_at = query.optional_integer(10);
    ban.decided_at = query.optional_integer(11);
    if (!query.is_null(12)) {
        ban.decided_by = open_text(store::Column::ban_decided_by, number, query.blob_view(12));
    }
    if (!query.is_null(13)) {
        ban.decision_note = open_text(store::Column::ban_decision, number, query.blob_view(13));
    }
    if (!query.is_null(14)) ban.follows = static_cast<std::uint64_t>(query.integer(14));
    if (!query.is_null(15)) ban.superseded_by = static_cast<std::uint64_t>(query.integer(15));
    return ban;
}

store::Bytes Bans::seal_text(store::Column column, std::uint64_t number, std::string_view text) {
    return sealer_.seal(column, store::row_id(static_cast<std::int64_t>(number)), as_bytes(text));
}

std::optional<store::Bytes>
Bans::seal_optional(store::Column column, std::uint64_t number, std::string_view text) {
    if (text.empty()) return std::nullopt;
    return seal_text(column, number, text);
}

std::string Bans::open_text(store::Column column, std::uint64_t number, store::ByteView sealed) {
    const auto plain =
        sealer_.open(column, store::row_id(static_cast<std::int64_t>(number)), sealed);
    if (!plain) {
        throw std::runtime_error(
            "a text of ban " + std::string(print_ban_code(number).view()) +
            " cannot be opened: altered"
        );
    }
    return {reinterpret_cast<const char*>(plain->data()), plain->size()};
}

}  // namespace drawbridge::bans
