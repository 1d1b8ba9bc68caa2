// The common way of the routes that change one server. For this folder's .cpp files only.
#pragma once

#include "admin/json.h"
#include "admin/problem.h"
#include "admin/router.h"
#include "auth/server_queries.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::admin {

[[nodiscard]] inline Reply unknown_server() {
    return refuse(Problem::not_found, "No server has this name or id.");
}

/// By name or id; none that is being removed.
[[nodiscard]] std::optional<std::int64_t>
find_server(const Context& context, const std::string& name);

/// The document of one server, or of one that is being removed.
[[nodiscard]] Reply
show_server(const Context& context, const Request& request, const PathValues& values);

struct ServerChange {
    const std::string& name;  // of the server, or its id
    std::string_view action;
    const std::string& reason;
};

/// Finds the server, lets `change` do its work, which answers the audit's detail, audits it and
/// shows what has become of the server.
template <class Change>
[[nodiscard]] Reply change_server(
    const Context& context,
    const Request& request,
    const ServerChange& wanted,
    Change change
) {
    bool found = false;
    context.write([&](ingest::UnitOfWork& unit) {
        const auto row = unit.servers.find(wanted.name);
        if (!row) return;
        found = true;
        const auto id = auth::load_server_record(unit.database, *context.network.sealer, *row)
                            .value()
                            .server.id;
        const std::string detail = change(unit, *row);
        unit.server_changed(*row);
        unit.audit(
            store::by_admin(request.admin),
            {wanted.action, id, wanted.reason, detail},
            request.now
        );
    });
    if (!found) return unknown_server();
    return show_server(context, request, {wanted.name});
}

}  // namespace drawbridge::admin
