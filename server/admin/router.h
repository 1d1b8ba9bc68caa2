// The table of routes and how a request finds its handler.
#pragma once

#include "admin/context.h"
#include "admin/message.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::admin {

/// What stood in the path where the pattern has `{}`, in order.
using PathValues = std::vector<std::string>;
using Handler = std::function<Reply(const Context&, const Request&, const PathValues&)>;

/// Filled once, then read from any thread.
class Router {
public:
    /// `pattern` below /admin/v1/, e.g. "servers/{}/rotate"; `{}` is one segment.
    void add(std::string_view method, std::string_view pattern, Handler handler);
    [[nodiscard]] Reply route(const Context& context, const Request& request) const;

private:
    struct Route {
        std::string method;
        std::vector<std::string> pattern;
        Handler handler;
    };

    std::vector<Route> routes_;
};

/// "a/b" as {"a","b"}; segments are percent-decoded, so a name may hold a slash.
[[nodiscard]] std::vector<std::string> split_path(std::string_view path);

// Each adds the routes of one noun.
void add_server_routes(Router& router);
void add_ban_routes(Router& router);
void add_player_routes(Router& router);
void add_event_routes(Router& router);
void add_admin_routes(Router& router);
void add_status_routes(Router& router);

}  // namespace drawbridge::admin
