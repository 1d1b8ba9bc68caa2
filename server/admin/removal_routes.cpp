// Routes of the removal of servers: what hangs on one, begin, look how far it has come.
#include "admin/ban_json.h"
#include "admin/json.h"
#include "admin/problem.h"
#include "admin/reason.h"
#include "admin/removal_json.h"
#include "admin/router.h"
#include "auth/server_queries.h"
#include "privacy/removal.h"
#include "shared/limits.h"

#include <fmt/format.h>

#include <string>
#include <variant>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

Reply unknown_server() {
    return refuse(Problem::not_found, "No server has this name or id.");
}

Reply unsaid_bans(std::size_t count) {
    return refuse(
        Problem::wrong_state,
        fmt::format(
            "In force on the network and resting on this server: {}. Say what becomes of them: "
            "keep or lift.",
            count == 1 ? "one ban" : fmt::format("{} bans", count)
        )
    );
}

std::optional<std::int64_t> find_server(const Context& context, const std::string& name) {
    auth::Servers servers(context.reader(), *context.network.sealer);
    return servers.find(name);
}

std::optional<Reply> show_known_removal(const Context& context, const std::string& name) {
    const auto removal = privacy::find_removal(context.reader(), *context.network.sealer, name);
    if (!removal) return std::nullopt;
    return answer(describe_removal(*removal), removal->finished_at ? 200 : 202);
}

Reply show_removal(const Context& context, const Request&, const PathValues& values) {
    if (auto reply = show_known_removal(context, values.front())) return *std::move(reply);
    return refuse(Problem::not_found, "No removal of a server with this name or id.");
}

/// What `remove` will ask about.
Reply look_ahead(const Context& context, const Request&, const PathValues& values) {
    const auto row = find_server(context, values.front());
    if (!row) return unknown_server();
    const auto outlook = privacy::look_ahead(context.reader(), *row);
    json::array bans;
    for (const auto number : outlook.network_bans) {
        if (auto ban = describe_ban(context, number)) bans.push_back(std::move(*ban));
    }
    json::object object;
    object["removes_owner"] = outlook.leaving_owner.has_value();
    object["bans"] = std::move(bans);
    return answer(object);
}

struct Wanted {
    std::string reason;
    std::string bans;  // "keep", "lift" or empty
};

std::variant<Wanted, Reply> read_wanted(const Request& request) {
    const auto body = parse_object(request.body);
    if (!body) return refuse(Problem::bad_json, "Expected a JSON object.");
    Members members(*body);
    Wanted wanted;
    wanted.reason = members.text("reason", 1, kMaxReasonLength);
    wanted.bans = members.optional_text("bans", 16);
    if (!wanted.bans.empty() && wanted.bans != "keep" && wanted.bans != "lift") {
        members.fail("bans", "expected keep or lift");
    }
    if (auto problem = members.problem()) return *std::move(problem);
    return wanted;
}

/// What came of it, beside a removal that has begun.
struct Begun {
    std::string public_id;  // empty: there is no such server
    std::size_t unsaid_bans = 0;
};

void begin(
    const Context& context,
    const Request& request,
    const std::string& name,
    const Wanted& wanted,
    Begun& begun
) {
    const auto& sealer = *context.network.sealer;
    context.write([&](ingest::UnitOfWork& unit) {
        const auto row = unit.servers.find(name);
        if (!row) return;
        begun.public_id = auth::load_server_record(unit.database, sealer, *row).value().server.id;
        const auto outlook = privacy::look_ahead(unit.database, *row);
        if (wanted.bans.empty() && !outlook.network_bans.empty()) {
            begun.unsaid_bans = outlook.network_bans.size();
            return;
        }
        // A proposal that a grace window activates meanwhile goes as the other proposals do.
        const bool lifts = wanted.bans != "keep";
        privacy::begin_removal(
            unit.database,
            sealer,
            {*row, lifts, request.admin, wanted.reason, request.now}
        );
        unit.server_changed(*row);
        const auto detail = fmt::format(
            "{} of its bans in force on the network: {}; the owner {}",
            outlook.network_bans.size(),
            lifts ? "lifted" : "kept",
            outlook.leaving_owner ? "goes with it" : "stays"
        );
        unit.audit(
            store::by_admin(request.admin),
            {"server.remove", begun.public_id, wanted.reason, detail},
            request.now
        );
    });
}

/// A second one for the same server tells of the first, so that a lost answer can be asked for
/// again.
Reply remove_server(const Context& context, const Request& request, const PathValues& values) {
    const auto read = read_wanted(request);
    if (const auto* problem = std::get_if<Reply>(&read)) return *problem;
    const auto& name = values.front();
    Begun begun;
    begin(context, request, name, std::get<Wanted>(read), begun);
    if (begun.unsaid_bans > 0) return unsaid_bans(begun.unsaid_bans);
    const auto& known = begun.public_id.empty() ? name : begun.public_id;
    if (auto reply = show_known_removal(context, known)) return *std::move(reply);
    return unknown_server();
}

}  // namespace

json::object describe_removal(const privacy::RemovalRecord& removal) {
    json::object object;
    object["id"] = removal.public_id;
    object["name"] = or_null(removal.name);
    object["state"] = removal.finished_at ? "removed" : "removing";
    object["percent"] = removal.percent;
    object["removes_owner"] = removal.removes_owner;
    object["bans"] = removal.lifts_bans ? "lift" : "keep";
    object["began_at"] = removal.began_at;
    object["finished_at"] = or_null(removal.finished_at);
    object["resealed_at"] = or_null(removal.resealed_at);
    json::object deleted;
    for (const auto& step : removal.steps) {
        deleted[step.table] = step.deleted;
    }
    object["deleted"] = std::move(deleted);
    return object;
}

void add_removal_routes(Router& router) {
    router.add("GET", "servers/{}/network-bans", look_ahead);
    router.add("POST", "servers/{}/remove", remove_server);
    router.add("GET", "servers/{}/removal", show_removal);
}

}  // namespace drawbridge::admin
