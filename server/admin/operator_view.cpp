#include "admin/operator_view.h"

#include "admin/json.h"
#include "admin/server_names.h"
#include "admin/threshold_json.h"
#include "bans/ban_queries.h"
#include "bans/bans.h"
#include "identity/links.h"
#include "review/case_queries.h"
#include "shared/ids.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

/// Of an event's payload. Players (`player`, `target`, `reporter`) are in none of them.
constexpr std::array<std::string_view, 21> kPayload{
    "category", "code",     "confidence",       "detail",  "detector",    "drop_reason",
    "dropped",  "duration", "evidence",         "issuer",  "max_players", "message",
    "outbox",   "players",  "reason",           "seconds", "text",        "trace",
    "uptime",   "where",    "resource_version",
};

json::object payload_of(const events::EventRecord& event) {
    json::object shown;
    json::error_code error;
    const auto payload = json::parse(event.payload, error);
    const auto* object = error ? nullptr : payload.if_object();
    if (object == nullptr) return shown;
    for (const auto name : kPayload) {
        if (const auto* value = object->if_contains(name)) shown[name] = *value;
    }
    return shown;
}

json::value member_or_null(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? json::value(nullptr) : *value;
}

std::optional<bans::Ban> load_ban(const Context& context, std::uint64_t number) {
    identity::Profiles profiles(context.reader(), *context.network.sealer);
    bans::Bans bans(context.reader(), *context.network.sealer, profiles);
    return bans.load(number);
}

json::object describe_server(const auth::ServerRecord& record) {
    const auto& server = record.server;
    return {
        {"id", server.id},
        {"name", server.name},
        {"owner_id", server.owner_id},
        {"owner", record.owner_name},
        {"mode", auth::mode_name(server.mode)},
        {"breaker_at", or_null(record.breaker_at)},
        {"suspended", server.suspended},
        {"created_at", record.created_at},
        {"last_seen_at", or_null(record.last_seen_at)},
        {"players", or_null(record.players)},
        {"max_players", or_null(record.max_players)},
        {"outbox", or_null(record.outbox)},
        {"resource_version", or_null(record.resource_version)},
        {"build", or_null(record.build)},
        {"platform", or_null(record.platform)},
        {"join_code", or_null(record.join_code)},
        {"evidence", describe_own_thresholds(server)},
    };
}

/// Of anybody's.
json::object describe_match(const bans::Ban& ban) {
    return {
        {"code", print_ban_code(ban.number).view()},
        {"category", bans::category_name(ban.category)},
        {"reason", ban.reason},
        {"expires_at", or_null(ban.expires_at)},
        {"own", false},
    };
}

json::object describe_own(const bans::Ban& ban, json::object server) {
    auto object = describe_match(ban);
    object["own"] = true;
    object["state"] = bans::state_name(ban.state);
    object["issuer"] = ban.issuer.empty() ? json::value(nullptr) : json::value(ban.issuer);
    object["server"] = std::move(server);
    object["profile"] = or_null(ban.profile);
    object["created_at"] = ban.created_at;
    object["grace_until"] = or_null(ban.grace_until);
    object["decided_at"] = or_null(ban.decided_at);
    return object;
}

}  // namespace

bool OperatorView::owns(std::int64_t server) const {
    const auto record =
        auth::load_server_record(context_.reader(), *context_.network.sealer, server);
    return record && record->server.owner_row == owner_;
}

std::optional<std::int64_t> OperatorView::find_server(const std::string& name_or_id) const {
    const auto row = auth::Servers(context_.reader(), *context_.network.sealer).find(name_or_id);
    return row && owns(*row) ? row : std::nullopt;
}

json::array OperatorView::servers() const {
    json::array found;
    for (const auto& record : auth::list_servers(context_.reader(), *context_.network.sealer)) {
        if (record.server.owner_row == owner_) found.push_back(describe_server(record));
    }
    return found;
}

std::optional<json::object> OperatorView::server(std::int64_t row) const {
    const auto record = auth::load_server_record(context_.reader(), *context_.network.sealer, row);
    if (!record || record->server.owner_row != owner_) return std::nullopt;
    return describe_server(*record);
}

json::object OperatorView::event(const events::EventRecord& event) const {
    return {
        {"seq", event.seq},
        {"id", print_uuid(event.id).view()},
        {"server", ServerNames(context_).describe(event.server)},
        {"type", events::type_name(event.type)},
        {"at", event.at},
        {"received_at", event.received_at},
        {"profile", or_null(event.profile)},
        {"payload", payload_of(event)},
    };
}

std::optional<json::object> OperatorView::player(std::int64_t profile, base::UnixMs now) const {
    const auto joins = events::joins_of(context_.reader(), profile, owner_);
    if (joins.count == 0) return std::nullopt;
    return json::object{
        {"profile", profile},
        {"joins", joins.count},
        {"last_seen", or_null(joins.last_at)},
        {"bans", bans_against(profile, now)},
    };
}

json::array OperatorView::bans_against(std::int64_t profile, base::UnixMs now) const {
    const std::array profiles{profile};
    json::array found;
    for (const auto& standing : bans::standing_bans(context_.reader(), profiles, owner_, now)) {
        if (auto object = ban(standing.number, now)) found.push_back(std::move(*object));
    }
    return found;
}

// Somebody whom it binds was seen here.
bool OperatorView::keeps_out(const bans::Ban& ban, base::UnixMs now) const {
    for (const auto profile : bans::profiles_of(context_.reader(), ban.number)) {
        const std::array profiles{profile};
        const auto standing = bans::standing_bans(context_.reader(), profiles, owner_, now);
        const bool binds = std::ranges::any_of(standing, [&](const bans::StandingBan& found) {
            return found.number == ban.number;
        });
        if (binds && events::joins_of(context_.reader(), profile, owner_).count > 0) return true;
    }
    return false;
}

std::optional<json::object> OperatorView::ban(std::uint64_t number, base::UnixMs now) const {
    const auto found = load_ban(context_, number);
    if (!found) return std::nullopt;
    if (found->owner == owner_ && found->server) {
        return describe_own(*found, ServerNames(context_).describe(*found->server));
    }
    if (!keeps_out(*found, now)) return std::nullopt;
    return describe_match(*found);
}

json::array OperatorView::own_statements(std::int64_t id) const {
    ServerNames names(context_);
    json::array own;
    for (const auto& statement : review::statements_of(context_.reader(), id)) {
        if (!owns(statement.server)) continue;
        const auto event =
            events::find_event(context_.reader(), *context_.network.sealer, statement.event);
        const auto words = event ? payload_of(*event) : json::object();
        const bool is_report = statement.kind == review::StatementKind::report;
        own.push_back(json::object{
            {"at", statement.at},
            {"server", names.describe(statement.server)},
            {"kind", review::kind_name(statement.kind)},
            {"category", bans::category_name(statement.category)},
            {"confidence", or_null(statement.confidence)},
            {"detector", member_or_null(words, "detector")},
            {"text", member_or_null(words, is_report ? "text" : "detail")},
        });
    }
    return own;
}

std::optional<json::object> OperatorView::review_case(std::int64_t id) const {
    const auto found = review::find_case(context_.reader(), *context_.network.sealer, id);
    if (!found) return std::nullopt;
    auto statements = own_statements(id);
    if (statements.empty()) return std::nullopt;
    return json::object{
        {"case", found->id},
        {"state", review::state_name(found->state)},
        {"profile", found->profile},
        {"decided_at", or_null(found->decided_at)},
        {"statements", std::move(statements)},
    };
}

}  // namespace drawbridge::admin
