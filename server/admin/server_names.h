// Ids and names of servers as lists show them.
#pragma once

#include "admin/context.h"
#include "admin/json.h"
#include "auth/server_queries.h"

#include <cstdint>
#include <map>

namespace drawbridge::admin {

/// Each looked up once for a page.
class ServerNames {
public:
    explicit ServerNames(const Context& context) : context_(context) {}

    /// Empty when there is no such server.
    boost::json::object describe(std::int64_t row) {
        const auto [entry, is_new] = known_.try_emplace(row);
        if (is_new) {
            if (const auto record =
                    auth::load_server_record(context_.reader(), *context_.network.sealer, row)) {
                entry->second = {{"id", record->server.id}, {"name", record->server.name}};
            }
        }
        return entry->second;
    }

private:
    const Context& context_;
    std::map<std::int64_t, boost::json::object> known_;
};

}  // namespace drawbridge::admin
