// Routes of the tokens: of staff, and of operators, who see what is their owner's.
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/reason.h"
#include "admin/reputation_json.h"
#include "admin/router.h"
#include "auth/admin_tokens.h"
#include "auth/owners.h"

#include <string>
#include <utility>
#include <variant>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxName = 64;

Reply refuse_admin(auth::AdminError error) {
    switch (error) {
        case auth::AdminError::name_taken:
            return refuse(
                Problem::name_taken,
                "This name was given before; names are never reused, so that the audit stays clear."
            );
        case auth::AdminError::bad_name:
            return refuse_field(
                "name",
                "expected 1 to 64 printable ASCII characters, no spaces, not as a server's id"
            );
        case auth::AdminError::unknown_admin:
            return refuse(Problem::not_found, "No working admin token has this name.");
        case auth::AdminError::last_admin:
            return refuse(
                Problem::last_admin,
                "This is the last working token of staff: add another first."
            );
    }
    return refuse(Problem::internal, "");
}

/// Whose servers it may look at; nothing of an owner that is gone, or of staff.
json::value describe_owner(const Context& context, const auth::Admin& admin) {
    if (!admin.owner || admin.revoked_at) return nullptr;
    auth::Owners owners(context.reader(), *context.network.sealer);
    return json::object{
        {"id", owners.public_id(*admin.owner)},
        {"name", owners.name(*admin.owner)}};
}

json::object describe_admin(const Context& context, const auth::Admin& admin) {
    json::object object;
    object["name"] = admin.name;
    object["role"] = admin.owner ? "operator" : "staff";
    object["owner"] = describe_owner(context, admin);
    object["created_at"] = admin.created_at;
    object["revoked_at"] = or_null(admin.revoked_at);
    return object;
}

Reply add_admin(const Context& context, const Request& request, const PathValues&) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto name = members.text("name", 1, kMaxName);
    const auto owner_name = members.optional_text("owner", kMaxName);
    const auto reason = read_reason(members);
    if (auto problem = members.problem()) return *problem;
    std::variant<Secret, auth::AdminError> added = auth::AdminError::bad_name;
    bool is_owner_known = true;
    context.write([&](ingest::UnitOfWork& unit) {
        const auto& sealer = *context.network.sealer;
        std::optional<std::int64_t> owner;
        if (!owner_name.empty()) {
            owner = auth::Owners(unit.database, sealer).find(owner_name);
            is_owner_known = owner.has_value();
            if (!is_owner_known) return;
        }
        added = auth::AdminTokens(unit.database, sealer).add(name, request.now, owner);
        if (std::holds_alternative<auth::AdminError>(added)) return;
        unit.audit(
            store::by_admin(request.admin),
            {"admin.add", name, reason, owner ? "operator of " + owner_name : "staff"},
            request.now
        );
    });
    if (!is_owner_known) return refuse(Problem::not_found, "No owner has this name or id.");
    if (const auto* error = std::get_if<auth::AdminError>(&added)) return refuse_admin(*error);
    json::object object;
    object["name"] = name;
    object["token"] = auth::print_admin_token(std::get<Secret>(added));
    return answer(object, 201);
}

Reply list_admins(const Context& context, const Request& request, const PathValues&) {
    const auto& sealer = *context.network.sealer;
    const auto reputations = bans::reputation_of_staff(context.reader(), sealer, request.now);
    json::array admins;
    for (const auto& admin : auth::AdminTokens(context.reader(), sealer).list()) {
        const auto found = reputations.find(admin.name);
        auto object = describe_admin(context, admin);
        object["reputation"] =
            describe_reputation(found == reputations.end() ? bans::Reputation() : found->second);
        admins.push_back(std::move(object));
    }
    return answer({{"admins", std::move(admins)}});
}

Reply revoke_admin(const Context& context, const Request& request, const PathValues& values) {
    const auto& name = values.front();
    const auto reason = read_reason(request);
    if (const auto* problem = std::get_if<Reply>(&reason)) return *problem;
    const auto& why = std::get<std::string>(reason);
    std::optional<auth::AdminError> error;
    context.write([&](ingest::UnitOfWork& unit) {
        error = auth::AdminTokens(unit.database, *context.network.sealer).revoke(name, request.now);
        if (error) return;
        unit.audit(store::by_admin(request.admin), {"admin.revoke", name, why, {}}, request.now);
    });
    if (error) return refuse_admin(*error);
    for (const auto& admin : auth::AdminTokens(context.reader(), *context.network.sealer).list()) {
        if (admin.name == name) return answer(describe_admin(context, admin));
    }
    return refuse_admin(auth::AdminError::unknown_admin);
}

}  // namespace

void add_admin_routes(Router& router) {
    router.add("POST", "admins", add_admin);
    router.add("GET", "admins", list_admins);
    router.add("POST", "admins/{}/revoke", revoke_admin);
}

}  // namespace drawbridge::admin
