#include "admin/ban_json.h"

#include "admin/json.h"
#include "auth/server_queries.h"
#include "bans/ban_changes.h"
#include "bans/ban_queries.h"
#include "bans/bans.h"
#include "bans/orphans.h"
#include "shared/ids.h"

#include <string>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

std::optional<bans::Ban> load(const Context& context, std::uint64_t number) {
    identity::Profiles profiles(context.reader(), *context.network.sealer);
    bans::Bans bans(context.reader(), *context.network.sealer, profiles);
    return bans.load(number);
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value code_or_null(std::optional<std::uint64_t> number) {
    if (!number) return nullptr;
    return json::value(print_ban_code(*number).view());
}

json::value describe_origin(const Context& context, const bans::Ban& ban) {
    if (!ban.server) return nullptr;
    const auto record =
        auth::load_server_record(context.reader(), *context.network.sealer, *ban.server);
    if (!record) return nullptr;
    return json::object{
        {"id", record->server.id},
        {"name", record->server.name},
        {"owner_id", record->server.owner_id}};
}

}  // namespace

std::optional<json::object> describe_ban(const Context& context, std::uint64_t number) {
    const auto ban = load(context, number);
    if (!ban) return std::nullopt;
    json::object object;
    object["code"] = print_ban_code(number).view();
    object["state"] = bans::state_name(ban->state);
    object["category"] = bans::category_name(ban->category);
    object["reason"] = ban->reason;
    object["issuer"] = text_or_null(ban->issuer);
    object["server"] = describe_origin(context, *ban);
    object["profile"] = or_null(ban->profile);
    json::array types;
    for (const auto type : bans::banned_types(context.reader(), number)) {
        types.emplace_back(type_name(type));
    }
    object["tags"] = std::move(types);
    object["follows"] = code_or_null(ban->follows);
    object["superseded_by"] = code_or_null(ban->superseded_by);
    object["adopted"] = ban->adopted;
    object["created_at"] = ban->created_at;
    object["grace_until"] = or_null(ban->grace_until);
    object["expires_at"] = or_null(ban->expires_at);
    object["decided_at"] = or_null(ban->decided_at);
    object["decided_by"] = text_or_null(ban->decided_by);
    object["decision_note"] = text_or_null(ban->decision_note);
    return object;
}

json::array describe_changes(const Context& context, std::uint64_t number) {
    json::array changes;
    for (const auto& change : bans::changes_of(context.reader(), *context.network.sealer, number)) {
        json::object object;
        object["at"] = change.at;
        object["action"] = change.action ? json::value(bans::action_name(*change.action)) : nullptr;
        object["from"] = change.from ? json::value(bans::state_name(*change.from)) : nullptr;
        object["to"] = bans::state_name(change.to);
        object["actor"] = store::actor_kind_name(change.actor);
        object["who"] = text_or_null(change.who);
        object["reason"] = text_or_null(change.reason);
        changes.push_back(std::move(object));
    }
    return changes;
}

json::array describe_followers(const Context& context, std::uint64_t number) {
    json::array followers;
    for (const auto follower : bans::followers_of(context.reader(), number)) {
        const auto ban = load(context, follower);
        if (!ban) continue;
        followers.push_back(
            {{"code", print_ban_code(follower).view()}, {"state", bans::state_name(ban->state)}}
        );
    }
    return followers;
}

json::array describe_superseded(const Context& context, std::uint64_t number) {
    json::array codes;
    for (const auto replaced : bans::superseded_by(context.reader(), number)) {
        codes.emplace_back(print_ban_code(replaced).view());
    }
    return codes;
}

bans::Bans::Agreement agreement(const Context& context) {
    using enum bans::Bans::Agreement;
    return context.network.settings.second_person ? two_persons : one_person;
}

base::UnixMs silent_since(const Context& context, base::UnixMs now) {
    return now - context.network.settings.orphan_after_ms;
}

json::value describe_orphan(const Context& context, std::uint64_t number, base::UnixMs now) {
    const auto orphan = bans::orphan_of(context.reader(), number, silent_since(context, now));
    if (!orphan) return nullptr;
    return json::object{
        {"why", bans::orphan_reason_name(orphan->reason)},
        {"last_seen_at", or_null(orphan->last_seen_at)}};
}

}  // namespace drawbridge::admin
