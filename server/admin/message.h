// One request to the admin plane and its answer as values: routes are written against these, and
// only http_server.cpp knows the library that carries them.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::admin {

struct Request {
    std::string method;                        // upper case
    std::vector<std::string> path;             // segments below /admin/v1/, decoded
    std::map<std::string, std::string> query;  // decoded
    std::string body;
    std::string admin;                  // whose token it carried
    std::optional<std::int64_t> owner;  // owners.id: it was an operator's; nothing: staff's
    std::string address;                // of the sender
    std::string agent;                  // as the sender calls itself
    std::string id;                     // told in the answer and kept in the request log
    base::UnixMs now = 0;
};

struct Reply {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
};

}  // namespace drawbridge::admin
