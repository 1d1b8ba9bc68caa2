// Routes of owners: look, and say whose word counts for others.
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/reason.h"
#include "admin/router.h"
#include "auth/owner_queries.h"
#include "auth/owners.h"
#include "auth/server_queries.h"

#include <optional>
#include <string>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

Reply unknown_owner() {
    return refuse(Problem::not_found, "No owner has this name or id.");
}

std::optional<std::int64_t> find_owner(const Context& context, const std::string& name) {
    return auth::Owners(context.reader(), *context.network.sealer).find(name);
}

/// Of a new owner: when its word will count by itself.
std::optional<base::UnixMs> full_at(const Context& context, const auth::OwnerRecord& owner) {
    if (owner.trust != auth::Trust::unproven || !owner.heard_at) return std::nullopt;
    return *owner.heard_at + context.network.settings.owner_trust_ms;
}

json::object describe_owner(const Context& context, const auth::OwnerRecord& owner) {
    json::object object;
    object["id"] = owner.id;
    object["name"] = owner.name;
    object["contact"] = owner.contact.empty() ? json::value(nullptr) : json::value(owner.contact);
    object["trust"] = auth::trust_name(owner.trust);
    object["counts"] = auth::OwnerTrust(context.reader()).counts(owner.row);
    object["full_at"] = or_null(full_at(context, owner));
    object["created_at"] = owner.created_at;
    object["heard_at"] = or_null(owner.heard_at);
    object["limited_at"] = or_null(owner.limited_at);
    object["persons_today"] = owner.persons_today;
    object["persons_limit"] = context.network.settings.owner_persons;
    object["persons_limited_at"] = or_null(owner.persons_limited_at);
    object["servers"] = owner.servers;
    object["suspended"] = owner.suspended;
    object["breaker"] = owner.breaker;
    return object;
}

Reply list_owners(const Context& context, const Request& request, const PathValues&) {
    const auto& sealer = *context.network.sealer;
    json::array owners;
    for (const auto& owner : auth::list_owners(context.reader(), sealer, request.now)) {
        owners.push_back(describe_owner(context, owner));
    }
    return answer({{"owners", std::move(owners)}});
}

Reply show_owner(const Context& context, const Request& request, const PathValues& values) {
    const auto& sealer = *context.network.sealer;
    const auto row = find_owner(context, values.front());
    const auto owner =
        row ? auth::load_owner(context.reader(), sealer, *row, request.now) : std::nullopt;
    return owner ? answer(describe_owner(context, *owner)) : unknown_owner();
}

Reply set_trust(const Context& context, const Request& request, const PathValues& values) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto trust = auth::parse_trust(members.text("trust", 1, 16));
    if (!trust) members.fail("trust", "expected full or own");
    const auto reason = read_reason(members);
    if (auto problem = members.problem()) return *problem;
    bool found = false;
    context.write([&](ingest::UnitOfWork& unit) {
        auth::Owners owners(unit.database, *context.network.sealer);
        const auto row = owners.find(values.front());
        if (!row) return;
        found = true;
        auth::OwnerTrust(unit.database).set(*row, *trust);
        unit.audit(
            store::by_admin(request.admin),
            {"owner.set_trust", owners.public_id(*row), reason, auth::trust_name(*trust)},
            request.now
        );
    });
    return found ? show_owner(context, request, values) : unknown_owner();
}

}  // namespace

void add_owner_routes(Router& router) {
    router.add("GET", "owners", list_owners);
    router.add("GET", "owners/{}", show_owner);
    router.add("PUT", "owners/{}/trust", set_trust);
}

}  // namespace drawbridge::admin
