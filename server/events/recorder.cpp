#include "events/recorder.h"

#include "base/work.h"
#include "identity/names.h"
#include "privacy/retention.h"

#include <algorithm>
#include <array>
#include <string>

namespace drawbridge::events {
namespace {

using base::EventOutcome;

base::WorkKind work_of(EventType type) {
    switch (type) {
        case EventType::join: return "events:join";
        case EventType::leave: return "events:leave";
        case EventType::ban: return "events:ban";
        case EventType::unban: return "events:unban";
        case EventType::kick: return "events:kick";
        case EventType::warn: return "events:warn";
        case EventType::heartbeat: return "events:heartbeat";
        case EventType::player_count: return "events:player_count";
        case EventType::report: return "events:report";
        case EventType::detection: return "events:detection";
        case EventType::error: break;
    }
    return "events:error";
}

// What a session keeps of each tag: enough to tell them apart.
constexpr std::size_t kSessionTag = 16;

store::Bytes session_tags(const identity::Player& player) {
    store::Bytes prefixes;
    prefixes.reserve((player.tags.size() + player.tokens.size()) * kSessionTag);
    const auto append = [&](const Tag& tag) {
        prefixes.insert(prefixes.end(), tag.begin(), tag.begin() + kSessionTag);
    };
    for (const auto& identifier : player.tags) {
        append(identifier.tag);
    }
    for (const auto& token : player.tokens) {
        append(token);
    }
    return prefixes;
}

bool holds_tag(store::ByteView held, store::ByteView wanted) {
    for (; held.size() >= kSessionTag; held = held.subspan(kSessionTag)) {
        if (std::ranges::equal(held.first(kSessionTag), wanted)) return true;
    }
    return false;
}

}  // namespace

std::vector<EventResult> Recorder::record(const std::vector<DecodedEvent>& events) {
    std::vector<EventResult> results;
    results.reserve(events.size());
    for (const auto& event : events) {
        results.push_back(record(event));
    }
    news_.write(p_.database, p_.server.row, p_.now);
    return results;
}

EventResult Recorder::record(const DecodedEvent& decoded) {
    if (const auto* rejected = std::get_if<RejectedEvent>(&decoded)) {
        return {rejected->id, rejected->outcome, {}, rejected->error};
    }
    const auto& event = std::get<Event>(decoded);
    const base::Work work(work_of(event.type));
    return record(event);
}

EventResult Recorder::record(const Event& event) {
    const auto refused = refuse_by_time(event);
    const std::string_view likely = event.type == EventType::join ? EventIds::kAllow : "";
    EventResult result{std::string(print_uuid(event.id).view()), EventOutcome::stored, {}, {}};
    if (refused || !ids_.take(event.id, likely)) {
        auto members = ids_.find(event.id);
        if (!members) return refused.value();
        result.outcome = EventOutcome::duplicate;
        result.members = *std::move(members);
        return result;
    }
    auto effect = apply(event);
    result.outcome = effect.outcome;
    if (effect.outcome != EventOutcome::stored) {
        ids_.give_back(event.id);
        result.error = {"code", "is not a standing ban of this server's owner"};
        return result;
    }
    insert_event(event, effect.profile);
    if (effect.statement) {
        effect.statement->event = p_.database.last_insert_rowid();
        (void)p_.cases.take(*effect.statement);  // beyond a limit the event alone is kept
    }
    if (effect.members != likely) ids_.set_result(event.id, effect.members);
    result.members = std::move(effect.members);
    return result;
}

std::optional<EventResult> Recorder::refuse_by_time(const Event& event) {
    const auto made = static_cast<base::UnixMs>(uuid7_time_ms(event.id));
    EventResult result{std::string(print_uuid(event.id).view()), EventOutcome::stored, {}, {}};
    const auto oldest = std::max(p_.horizon, p_.now - static_cast<base::UnixMs>(kEventHorizonMs));
    if (made < oldest) {
        result.outcome = EventOutcome::too_old;
        result.error = {"id", "was made more than 73 hours ago"};
        return result;
    }
    if (made > p_.now + static_cast<base::UnixMs>(kEventAheadMs)) {
        result.outcome = EventOutcome::in_future;
        result.error = {"id", "was made more than 5 minutes ahead of the server's clock"};
        return result;
    }
    return std::nullopt;
}

void Recorder::insert_event(const Event& event, std::optional<std::int64_t> profile) {
    const auto payload = p_.sealer.seal_dated(
        key_purpose(event.type),
        p_.now,
        store::Column::event_payload,
        event.id,
        as_bytes(event.payload)
    );
    p_.database
        .query(
            "INSERT INTO events(id, server_id, type, at, received_at, profile_id, mode, payload) "
            "VALUES(?,?,?,?,?,?,?,?)"
        )
        .bind(store::ByteView(event.id))
        .bind(p_.server.row)
        .bind(static_cast<std::int64_t>(event.type))
        .bind(event.at)
        .bind(p_.now)
        .bind(profile)
        .bind(static_cast<std::int64_t>(p_.server.mode))
        .bind(store::ByteView(payload))
        .run();
}

Recorder::Effect Recorder::apply(const Event& event) {
    return std::visit([&](const auto& body) { return on(body, event); }, event.body);
}

// Beyond the day's limit who is known is named by the rows, but nothing more becomes known of him.
Recorder::Effect Recorder::on(const Join& join, const Event& event) {
    const auto seen = see(join.player);
    Effect effect;
    effect.profile = seen ? seen->session.profile : profile_of_anchor(join.player);
    if (effect.profile) open_session(join, *effect.profile);
    effect.members = encode_verdict(verdict_for(join.player, seen, event.id));
    return effect;
}

void Recorder::open_session(const Join& join, std::int64_t profile) {
    const auto tags = p_.sealer.seal_dated(
        store::KeyPurpose::event,
        p_.now,
        store::Column::session_tags,
        join.session,
        session_tags(join.player)
    );
    p_.database
        .query(
            "INSERT OR IGNORE INTO sessions(id, server_id, profile_id, joined_at, tags) "
            "VALUES(?,?,?,?,?)"
        )
        .bind(store::ByteView(join.session))
        .bind(p_.server.row)
        .bind(profile)
        .bind(p_.now)
        .bind(store::ByteView(tags))
        .run();
}

Recorder::Effect Recorder::on(const Leave& leave, const Event&) {
    auto update = p_.database.query(
        "UPDATE sessions SET left_at = coalesce(left_at, ?) WHERE id = ? AND server_id = ? "
        "RETURNING profile_id"
    );
    update.bind(p_.now).bind(store::ByteView(leave.session)).bind(p_.server.row);
    if (!update.step()) return {};
    return {"", update.integer(0)};
}

Recorder::Effect Recorder::on(const Ban& ban, const Event& event) {
    bans::NewBan placed{
        ban.target,
        ban.category,
        ban.reason,
        ban.issuer,
        std::nullopt,
        store::Bytes(event.id.begin(), event.id.end()),
        ban.evidence};
    if (ban.duration_seconds > 0) {
        placed.expires_at = p_.now + ban.duration_seconds * base::kSecondMs;
    }
    placed.makes_known = may_meet(ban.target);
    const auto [made, is_new] = p_.bans.place(placed, p_.server, p_.ban_grace_ms, p_.now);
    if (made.profile && placed.makes_known) {
        budget_.spend(*made.profile);
        identity::Joins joins(p_.database, p_.sealer);
        joins.note_tokens(ban.target, *made.profile, p_.server.owner_row, p_.now);
    }
    if (is_new) audit_ban("ban.place", made);
    return {encode_ban_result(made.number, made.state), made.profile};
}

// The reason stands with the ban, which retention ends one day; the audit never ends.
void Recorder::audit_ban(std::string_view action, const bans::Ban& ban) {
    const auto code = print_ban_code(ban.number);
    p_.audit({action, code.view(), {}, bans::state_name(ban.state)});
}

Recorder::Effect Recorder::on(const Unban& unban, const Event&) {
    const auto lifted = p_.bans.unban(unban.ban_number, p_.server, unban.reason, p_.now);
    const auto* decided = std::get_if<bans::Bans::Decided>(&lifted);
    if (decided == nullptr) return {"", std::nullopt, EventOutcome::unknown_code};
    const auto& ban = decided->ban;
    audit_ban("ban.unban", ban);
    bans::audit_followers(*decided, p_.audit);
    return {encode_ban_result(ban.number, ban.state), ban.profile};
}

Recorder::Effect Recorder::on(const Heartbeat& heartbeat, const Event&) {
    news_.add(heartbeat);
    return {};
}

Recorder::Effect Recorder::on(const PlayerCount& count, const Event&) {
    news_.add(count);
    return {};
}

Recorder::Effect Recorder::on(const AboutPlayer& about, const Event&) {
    return {"", known_profile(about.target)};
}

Recorder::Effect Recorder::on(const Report& report, const Event&) {
    Effect effect{"", known_profile(report.target)};
    if (!effect.profile) return effect;  // nobody of the network has met this player
    auto& statement = effect.statement.emplace();
    statement.server = p_.server.row;
    statement.category = report.category;
    statement.target = *effect.profile;
    if (report.reporter) statement.reporter = known_profile(*report.reporter);
    statement.at = p_.now;
    return effect;
}

Recorder::Effect Recorder::on(const Detection& detection, const Event&) {
    Effect effect{"", known_profile(detection.target)};
    if (!effect.profile) return effect;
    auto& statement = effect.statement.emplace();
    statement.server = p_.server.row;
    statement.kind = review::StatementKind::detection;
    statement.category = detection.category;
    statement.confidence = detection.confidence;
    statement.target = *effect.profile;
    statement.at = p_.now;
    return effect;
}

Recorder::Effect Recorder::on(const Plain&, const Event&) {
    return {};
}

std::optional<std::int64_t> Recorder::known_profile(const identity::Player& player) {
    const auto key = identity::visit_key(p_.sealer, p_.server.row, player);
    if (const auto profile = p_.visits.find(key, p_.now)) return profile;
    for (const auto& identifier : player.tags) {
        if (!identity::is_account(identifier.type)) continue;
        if (const auto profile = p_.profiles.find(identifier.tag)) return profile;
    }
    return std::nullopt;
}

std::optional<std::int64_t> Recorder::session_profile(const Uuid& session) {
    auto query =
        p_.database.query("SELECT profile_id FROM sessions WHERE id = ? AND server_id = ?");
    query.bind(store::ByteView(session)).bind(p_.server.row);
    if (!query.step()) return std::nullopt;
    return query.integer(0);
}

bool Recorder::session_holds(const Explain& explain) {
    auto query = p_.database.query(
        "SELECT tags FROM sessions WHERE id = ? AND server_id = ? AND left_at IS NULL AND "
        "joined_at > ?"
    );
    // Sessions that never saw their `leave` (a crash of the game server) end with their row.
    const auto oldest = p_.now - *privacy::rule_of(privacy::Category::sessions).period;
    query.bind(store::ByteView(explain.session)).bind(p_.server.row).bind(oldest);
    if (!query.step()) return false;
    const auto held =
        p_.sealer.open(store::Column::session_tags, explain.session, query.blob_view(0));
    if (!held) return false;
    const auto asked = session_tags(explain.player);
    for (store::ByteView rest = asked; !rest.empty(); rest = rest.subspan(kSessionTag)) {
        if (!holds_tag(*held, rest.first(kSessionTag))) return false;
    }
    return true;
}

bool Recorder::spend_budget(std::int64_t profile) {
    if (!budget_.holds(profile) && budget_.used_up()) return false;
    budget_.spend(profile);
    return true;
}

bool Recorder::may_meet(const identity::Player& player) {
    const auto limit = budget_.used_up();
    if (!limit) return true;
    const auto profile = profile_of_anchor(player);
    if (profile && budget_.holds(*profile)) return true;
    if (auto trip = budget_.note(*limit)) p_.person_trips.push_back(*std::move(trip));
    return false;
}

std::optional<std::int64_t> Recorder::profile_of_anchor(const identity::Player& player) {
    const auto* anchor = identity::anchor_of(player);
    return anchor == nullptr ? std::nullopt : p_.profiles.find(anchor->tag);
}

}  // namespace drawbridge::events
