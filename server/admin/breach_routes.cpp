// Routes of the breach procedure: begin it or go on, and whom to notify.
#include "admin/json.h"
#include "admin/key_json.h"
#include "admin/problem.h"
#include "admin/router.h"
#include "auth/admin_tokens.h"
#include "auth/server_queries.h"
#include "privacy/breach.h"
#include "shared/limits.h"
#include "store/reencryption.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

std::string_view state_name(privacy::BreachState state) {
    switch (state) {
        case privacy::BreachState::waiting: return "waiting";
        case privacy::BreachState::reencrypting: return "reencrypting";
        case privacy::BreachState::done: return "done";
    }
    return "";
}

/// Every owner with the servers; `has_secret`: it was given a new one since.
json::array describe_owners(const Context& context, base::UnixMs now) {
    auto& reader = context.reader();
    std::map<std::int64_t, json::object> owners;
    for (const auto& record : auth::list_servers(reader, *context.network.sealer)) {
        if (record.is_removing) continue;
        auto& owner = owners[record.server.owner_row];
        if (owner.empty()) {
            owner["owner_id"] = record.server.owner_id;
            owner["owner"] = record.owner_name;
            owner["contact"] = or_null(record.contact);
            owner["servers"] = json::array();
        }
        owner["servers"].as_array().push_back(json::object{
            {"id", record.server.id},
            {"name", record.server.name},
            {"has_secret", !auth::working_keys(reader, record.server.row, now).empty()}});
    }
    json::array notify;
    for (auto& [row, owner] : owners) {
        notify.push_back(std::move(owner));
    }
    return notify;
}

json::object describe_breach(const Context& context, base::UnixMs now) {
    auto& reader = context.reader();
    const auto breach = privacy::last_breach(reader);
    const auto record = store::read_reencryption(reader);
    json::object object;
    object["instance"] = context.options.instance;
    object["state"] = breach ? state_name(breach->state) : "none";
    object["began_at"] = breach ? json::value(breach->began_at) : json::value(nullptr);
    object["servers_revoked"] = breach ? breach->servers_revoked : 0;
    object["tokens_revoked"] = breach ? breach->tokens_revoked : 0;
    object["reencryption"] = record ? json::value(describe_reencryption(*record)) : nullptr;
    object["notify"] = describe_owners(context, now);
    return object;
}

/// How many servers had a secret or a code that worked.
std::int64_t revoke_servers(ingest::UnitOfWork& unit) {
    std::vector<std::int64_t> rows;
    {
        auto query =
            unit.database.query("SELECT DISTINCT server_id FROM server_keys WHERE state = 1");
        while (query.step()) {
            rows.push_back(query.integer(0));
        }
    }
    for (const auto row : rows) {
        unit.servers.revoke_keys(row);
        unit.server_changed(row);
    }
    return static_cast<std::int64_t>(rows.size());
}

void begin(const Context& context, const Request& request, std::string_view reason) {
    context.write([&](ingest::UnitOfWork& unit) {
        const auto last = privacy::last_breach(unit.database);
        if (last && last->state != privacy::BreachState::done) return;  // it goes on by itself
        const auto by = store::by_admin(request.admin);
        const auto audit = [&](std::string_view action, std::string_view detail) {
            unit.audit(by, {action, "instance", reason, detail}, request.now);
        };
        audit("breach.begin", {});
        const auto servers = revoke_servers(unit);
        audit("breach.revoke_secrets", fmt::format("{} servers", servers));
        const auto tokens = auth::AdminTokens(unit.database, *context.network.sealer)
                                .revoke_others(request.admin, request.now);
        audit("breach.revoke_tokens", fmt::format("{} tokens", tokens));
        privacy::note_breach(unit.database, servers, tokens, request.now);
    });
}

Reply begin_breach(const Context& context, const Request& request, const PathValues&) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto reason = members.text("reason", 1, kMaxReasonLength);
    if (auto problem = members.problem()) return *problem;
    begin(context, request, reason);
    return answer(describe_breach(context, request.now), 202);
}

Reply show_breach(const Context& context, const Request& request, const PathValues&) {
    return answer(describe_breach(context, request.now));
}

}  // namespace

void add_breach_routes(Router& router) {
    router.add("POST", "breach", begin_breach);
    router.add("GET", "breach", show_breach);
}

}  // namespace drawbridge::admin
