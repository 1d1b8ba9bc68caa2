// The table of routes and how a request finds its handler.
#pragma once

#include "admin/context.h"
#include "admin/message.h"
#include "base/work.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::admin {

class OperatorView;

/// What stood in the path where the pattern has `{}`, in order.
using PathValues = std::vector<std::string>;
using Handler = std::function<Reply(const Context&, const Request&, const PathValues&)>;
/// What it answers with comes from the view alone.
using OperatorHandler =
    std::function<Reply(const OperatorView&, const Request&, const PathValues&)>;

/// Filled once, then read from any thread.
class Router {
public:
    /// For staff. `pattern` below /admin/v1/, e.g. "servers/{}/rotate"; `{}` is one segment. It
    /// also names the work in a crash trace.
    void add(std::string_view method, base::WorkKind pattern, Handler handler);
    /// What operators are answered on a path that is there for staff. Every other path is refused
    /// to them. Throws std::logic_error when staff have no such path.
    void
    add_for_operators(std::string_view method, std::string_view pattern, OperatorHandler handler);
    [[nodiscard]] Reply route(const Context& context, const Request& request) const;

    /// As the request log names it, "GET servers/{}"; "no route" when there is none.
    [[nodiscard]] std::string endpoint_of(const Request& request) const;

    struct Route {
        std::string method;
        base::WorkKind work;
        std::vector<std::string> pattern;  // segments
        Handler handler;
        OperatorHandler for_operator;  // empty: for staff alone
    };

    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

private:
    std::vector<Route> routes_;
};

/// With every route of the admin plane.
[[nodiscard]] Router make_router();

/// "a/b" as {"a","b"}; segments are percent-decoded, so a name may hold a slash.
[[nodiscard]] std::vector<std::string> split_path(std::string_view path);

// After all others.
void add_operator_routes(Router& router);

// Each adds the routes of one noun.
void add_server_routes(Router& router);
void add_owner_routes(Router& router);
void add_threshold_routes(Router& router);
void add_removal_routes(Router& router);
void add_revocation_routes(Router& router);
void add_ban_routes(Router& router);
void add_player_routes(Router& router);
void add_ruling_routes(Router& router);
void add_event_routes(Router& router);
void add_review_routes(Router& router);
void add_appeal_routes(Router& router);
void add_admin_routes(Router& router);
void add_audit_routes(Router& router);
void add_status_routes(Router& router);
void add_backup_routes(Router& router);
void add_request_routes(Router& router);
void add_breach_routes(Router& router);
void add_key_routes(Router& router);

}  // namespace drawbridge::admin
