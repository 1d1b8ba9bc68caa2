// Routes of registered servers: add, look, mode, rotate, suspend, resume. Their removal has a file
// of its own.
#include "admin/json.h"
#include "admin/pem.h"
#include "admin/problem.h"
#include "admin/reason.h"
#include "admin/removal_json.h"
#include "admin/reputation_json.h"
#include "admin/router.h"
#include "admin/server_change.h"
#include "admin/threshold_json.h"
#include "auth/owners.h"
#include "auth/server_queries.h"
#include "events/day_budget.h"
#include "shared/secret.h"

#include <string>
#include <variant>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxContact = 200;

Reply refuse_registry(auth::RegistryError error) {
    switch (error) {
        case auth::RegistryError::name_taken:
            return refuse(Problem::name_taken, "A server of this name is there already.");
        case auth::RegistryError::bad_name:
            return refuse_field(
                "name",
                "expected 1 to 64 printable bytes that do not begin with srv_ or own_"
            );
        case auth::RegistryError::unknown_owner:
            return refuse(Problem::not_found, "No owner has this id.");
        case auth::RegistryError::unknown_server: return unknown_server();
    }
    return unknown_server();
}

json::object describe_key(const auth::KeyRecord& key) {
    json::object object;
    object["generation"] = key.generation;
    object["kind"] = key.kind == auth::KeyKind::active    ? "active"
                     : key.kind == auth::KeyKind::pending ? "pending"
                                                          : "enrolment";
    object["created_at"] = key.created_at;
    object["not_after"] = key.not_after == 0 ? json::value(nullptr) : json::value(key.not_after);
    object["first_used_at"] = or_null(key.first_used_at);
    return object;
}

json::object describe_server(const auth::ServerRecord& record, base::UnixMs now) {
    const auto& server = record.server;
    json::object object;
    object["id"] = server.id;
    object["name"] = server.name;
    object["owner_id"] = server.owner_id;
    object["owner"] = record.owner_name;
    object["contact"] = or_null(record.contact);
    object["mode"] = auth::mode_name(server.mode);
    object["breaker_at"] = or_null(record.breaker_at);
    object["suspended"] = server.suspended;
    object["removing"] = record.is_removing;
    object["created_at"] = record.created_at;
    object["last_seen_at"] = or_null(record.last_seen_at);
    object["players"] = or_null(record.players);
    object["max_players"] = or_null(record.max_players);
    const bool is_todays = record.budget_day == now / base::kDayMs;
    object["persons_today"] = is_todays ? record.budget_used : 0;
    object["persons_limit"] = events::daily_budget(record.max_players);
    object["persons_limited_at"] = or_null(record.persons_limited_at);
    object["outbox"] = or_null(record.outbox);
    object["network_cursor"] = or_null(record.network_cursor);
    object["owner_cursor"] = or_null(record.owner_cursor);
    object["resource_version"] = or_null(record.resource_version);
    object["build"] = or_null(record.build);
    object["platform"] = or_null(record.platform);
    object["join_code"] = or_null(record.join_code);
    return object;
}

/// What `drawbridge.json` holds, and the enrolment beside it. The only place a secret is shown.
Reply answer_issued(const Context& context, const auth::IssuedKey& issued, unsigned status) {
    const auto& settings = context.network.settings;
    json::object object;
    object["url"] = settings.public_url;
    object["server_id"] = issued.server_id;
    object["key_id"] = issued.key_id;
    object["secret"] = print_secret(issued.secret).view();
    object["ca"] = der_to_pem(settings.ca_der);
    const auto enrolment = print_enrolment(
        settings.public_url,
        issued.server_id,
        issued.enrolment_code,
        drawbridge::as_bytes(settings.ca_der)
    );
    // The whole line for the console, so that it can be pasted as it is.
    object["enrol"] = enrolment ? json::value("drawbridge enrol " + std::string(enrolment->view()))
                                : json::value(nullptr);
    return answer(object, status);
}

/// The row of the owner when the server is its first: the owner was made with it.
bool is_only_server_of_owner(store::Database& database, std::int64_t owner) {
    auto query = database.query("SELECT 1 FROM lists WHERE list = ?");
    return !query.bind(owner).step();
}

Reply add_server(const Context& context, const Request& request, const PathValues&) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    auth::NewServer wanted;
    wanted.name = members.text("name", 1, kMaxName);
    wanted.owner = members.optional_text("owner", kMaxName);
    wanted.contact = members.optional_text("contact", kMaxContact);
    if (const auto mode = members.optional_text("mode", 16); !mode.empty()) {
        const auto parsed = auth::parse_mode(mode);
        if (!parsed) members.fail("mode", "expected local, review or auto");
        wanted.mode = parsed.value_or(wanted.mode);
    }
    const auto reason = read_reason(members);
    if (auto problem = members.problem()) return *problem;

    std::optional<std::variant<auth::IssuedKey, auth::RegistryError>> added;
    context.write([&](ingest::UnitOfWork& unit) {
        added = unit.servers.add(wanted, request.now);
        const auto* issued = std::get_if<auth::IssuedKey>(&*added);
        if (issued == nullptr) return;
        const auto row = unit.servers.find(issued->server_id).value();
        const auto owner = auth::load_server_record(unit.database, *context.network.sealer, row)
                               .value()
                               .server.owner_row;
        if (is_only_server_of_owner(unit.database, owner)) unit.owner_added(owner);
        unit.server_changed(row);
        unit.audit(
            store::by_admin(request.admin),
            {"server.add", issued->server_id, reason, wanted.name},
            request.now
        );
    });
    if (const auto* error = std::get_if<auth::RegistryError>(&*added)) {
        return refuse_registry(*error);
    }
    return answer_issued(context, std::get<auth::IssuedKey>(*added), 201);
}

Reply list_servers(const Context& context, const Request& request, const PathValues&) {
    const auto reputations = bans::reputation_of_servers(context.reader(), request.now);
    json::array servers;
    for (const auto& record : auth::list_servers(context.reader(), *context.network.sealer)) {
        const auto found = reputations.find(record.server.row);
        auto object = describe_server(record, request.now);
        object["reputation"] =
            describe_reputation(found == reputations.end() ? bans::Reputation() : found->second);
        servers.push_back(std::move(object));
    }
    return answer({{"servers", std::move(servers)}});
}

/// A server that is being removed is found here only.
std::optional<auth::ServerRecord>
find_removing(const Context& context, const std::string& name_or_id) {
    for (auto& record : auth::list_servers(context.reader(), *context.network.sealer)) {
        const auto& server = record.server;
        const bool is_it = server.name == name_or_id || server.id == name_or_id;
        if (record.is_removing && is_it) return std::move(record);
    }
    return std::nullopt;
}

Reply show_removing(const Context& context, const Request& request, const std::string& name_or_id) {
    const auto record = find_removing(context, name_or_id);
    if (!record) return unknown_server();
    const auto removal =
        privacy::find_removal(context.reader(), *context.network.sealer, record->server.id);
    if (!removal) return unknown_server();  // it has just ended
    auto object = describe_server(*record, request.now);
    add_reputation(object, context, record->server.row, request.now);
    object["keys"] = json::array();
    object["removal"] = describe_removal(*removal);
    return answer(object);
}

Reply set_mode(const Context& context, const Request& request, const PathValues& values) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto mode = auth::parse_mode(members.text("mode", 1, 16));
    if (!mode) members.fail("mode", "expected local, review or auto");
    const auto reason = read_reason(members);
    if (auto problem = members.problem()) return *problem;
    return change_server(
        context,
        request,
        {values.front(), "server.set_mode", reason},
        [&](ingest::UnitOfWork& unit, std::int64_t row) {
            unit.servers.set_mode(row, *mode, request.now);
            return std::string(auth::mode_name(*mode));
        }
    );
}

/// The owner's: all its servers show the same.
Reply set_contact(const Context& context, const Request& request, const PathValues& values) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    const auto contact = members.text("contact", 0, kMaxContact);
    const auto reason = read_reason(members);
    if (auto problem = members.problem()) return *problem;
    return change_server(
        context,
        request,
        {values.front(), "server.set_contact", reason},
        [&](ingest::UnitOfWork& unit, std::int64_t row) {
            const auto& sealer = *context.network.sealer;
            const auto record = auth::load_server_record(unit.database, sealer, row).value();
            auth::Owners(unit.database, sealer).set_contact(record.server.owner_row, contact);
            return record.server.owner_id;  // not the contact: it is personal
        }
    );
}

Handler set_suspended(bool suspended) {
    return [suspended](const Context& context, const Request& request, const PathValues& values) {
        const auto reason = read_reason(request);
        if (const auto* problem = std::get_if<Reply>(&reason)) return *problem;
        const auto* action = suspended ? "server.suspend" : "server.resume";
        return change_server(
            context,
            request,
            {values.front(), action, std::get<std::string>(reason)},
            [&](ingest::UnitOfWork& unit, std::int64_t row) {
                unit.servers.set_suspended(row, suspended);
                return std::string();
            }
        );
    };
}

Reply rotate(const Context& context, const Request& request, const PathValues& values) {
    const auto reason = read_reason(request);
    if (const auto* problem = std::get_if<Reply>(&reason)) return *problem;
    std::optional<auth::IssuedKey> issued;
    const auto reply = change_server(
        context,
        request,
        {values.front(), "server.rotate", std::get<std::string>(reason)},
        [&](ingest::UnitOfWork& unit, std::int64_t row) {
            issued = unit.servers.rotate(row, request.now);
            return issued->key_id;
        }
    );
    return issued ? answer_issued(context, *issued, 200) : reply;
}

}  // namespace

std::optional<std::int64_t> find_server(const Context& context, const std::string& name) {
    auth::Servers servers(context.reader(), *context.network.sealer);
    return servers.find(name);
}

Reply show_server(const Context& context, const Request& request, const PathValues& values) {
    const auto row = find_server(context, values.front());
    const auto record =
        row ? auth::load_server_record(context.reader(), *context.network.sealer, *row)
            : std::nullopt;
    if (!record) return show_removing(context, request, values.front());
    auto object = describe_server(*record, request.now);
    add_reputation(object, context, *row, request.now);
    json::array keys;
    for (const auto& key : auth::working_keys(context.reader(), *row, request.now)) {
        keys.push_back(describe_key(key));
    }
    object["keys"] = std::move(keys);
    object["evidence"] = describe_thresholds(context.network.settings.evidence, record->server);
    object["removal"] = nullptr;
    return answer(object);
}

void add_server_routes(Router& router) {
    router.add("POST", "servers", add_server);
    router.add("GET", "servers", list_servers);
    router.add("GET", "servers/{}", show_server);
    router.add("PUT", "servers/{}/mode", set_mode);
    router.add("PUT", "servers/{}/contact", set_contact);
    router.add("POST", "servers/{}/rotate", rotate);
    router.add("POST", "servers/{}/suspend", set_suspended(true));
    router.add("POST", "servers/{}/resume", set_suspended(false));
}

}  // namespace drawbridge::admin
