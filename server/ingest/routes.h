// The six routes of the data plane and what each takes.
#pragma once

#include "http/request.h"
#include "shared/limits.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace drawbridge::ingest {

enum class Route : std::uint8_t { enrol, hello, events, bans, explain, rotate };

struct RouteInfo {
    std::string_view path;
    Route route;
    http::Method method;
    std::size_t max_body;
};

inline constexpr std::array<RouteInfo, 6> kRoutes{{
    {"/v1/enrol", Route::enrol, http::Method::post, kMaxSmallBodyBytes},
    {"/v1/hello", Route::hello, http::Method::post, kMaxSmallBodyBytes},
    {"/v1/events", Route::events, http::Method::post, kMaxEventsBodyBytes},
    {"/v1/bans", Route::bans, http::Method::get, 0},
    {"/v1/bans/explain", Route::explain, http::Method::post, kMaxSmallBodyBytes},
    {"/v1/secret/rotate", Route::rotate, http::Method::post, kMaxSmallBodyBytes},
}};

/// Null: no such route. The path must be exactly one of the table's.
[[nodiscard]] inline const RouteInfo* find_route(std::string_view path) {
    for (const auto& info : kRoutes) {
        if (info.path == path) return &info;
    }
    return nullptr;
}

}  // namespace drawbridge::ingest
