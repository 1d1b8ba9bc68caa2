#include "admin/router.h"

#include "admin/operator_view.h"
#include "admin/problem.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>

namespace drawbridge::admin {
namespace {

constexpr std::string_view kForStaff =
    "This is an operator's token: it looks at its owner's servers, events, players, bans and "
    "cases.";

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    return std::nullopt;
}

/// The byte that `%XX` at the front of `text` stands for; nothing when it is no such triplet.
std::optional<char> escaped_byte(std::string_view text) {
    if (text.size() < 3 || text[0] != '%') return std::nullopt;
    const auto high = hex_digit(text[1]);
    const auto low = hex_digit(text[2]);
    if (!high || !low) return std::nullopt;
    return static_cast<char>(*high << 4U | *low);
}

std::string decode(std::string_view text) {
    std::string decoded;
    while (!text.empty()) {
        const auto byte = escaped_byte(text);
        decoded += byte.value_or(text.front());
        text.remove_prefix(byte ? 3 : 1);
    }
    return decoded;
}

bool matches(
    const std::vector<std::string>& pattern,
    const std::vector<std::string>& path,
    PathValues& values
) {
    if (pattern.size() != path.size()) return false;
    values.clear();
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == "{}") {
            values.push_back(path[i]);
        } else if (pattern[i] != path[i]) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::vector<std::string> split_path(std::string_view path) {
    std::vector<std::string> segments;
    for (std::size_t start = 0; start <= path.size();) {
        const auto end = std::min(path.find('/', start), path.size());
        segments.push_back(decode(path.substr(start, end - start)));
        start = end + 1;
    }
    return segments;
}

void Router::add(std::string_view method, base::WorkKind pattern, Handler handler) {
    routes_.push_back(
        {std::string(method), pattern, split_path(pattern.words()), std::move(handler), nullptr}
    );
}

void Router::add_for_operators(
    std::string_view method,
    std::string_view pattern,
    OperatorHandler handler
) {
    const auto found = std::ranges::find_if(routes_, [&](const Route& route) {
        return route.method == method && route.work.words() == pattern;
    });
    if (found == routes_.end()) throw std::logic_error("staff have no such path");
    found->for_operator = std::move(handler);
}

Reply Router::route(const Context& context, const Request& request) const {
    bool path_known = false;
    PathValues values;
    for (const auto& route : routes_) {
        if (!matches(route.pattern, request.path, values)) continue;
        path_known = true;
        if (route.method != request.method) continue;
        const base::Work work(route.work);
        if (!request.owner) return route.handler(context, request, values);
        if (!route.for_operator) return refuse(Problem::forbidden, kForStaff);
        return route.for_operator(OperatorView(context, *request.owner), request, values);
    }
    return path_known ? refuse(Problem::method_not_allowed, "This path has other methods.")
                      : refuse(Problem::not_found, "There is no such path.");
}

std::string Router::endpoint_of(const Request& request) const {
    PathValues values;
    const auto found = std::ranges::find_if(routes_, [&](const Route& route) {
        return route.method == request.method && matches(route.pattern, request.path, values);
    });
    return found == routes_.end() ? "no route" : found->method + " " + found->work.words();
}

Router make_router() {
    Router router;
    add_server_routes(router);
    add_threshold_routes(router);
    add_owner_routes(router);
    add_removal_routes(router);
    add_revocation_routes(router);
    add_ban_routes(router);
    add_player_routes(router);
    add_ruling_routes(router);
    add_event_routes(router);
    add_review_routes(router);
    add_appeal_routes(router);
    add_admin_routes(router);
    add_audit_routes(router);
    add_status_routes(router);
    add_backup_routes(router);
    add_request_routes(router);
    add_breach_routes(router);
    add_key_routes(router);
    add_operator_routes(router);
    return router;
}

}  // namespace drawbridge::admin
