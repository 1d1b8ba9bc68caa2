// How far a ban has travelled: on which game servers the lists say of it what they say here.
#pragma once

#include "admin/context.h"
#include "auth/server_queries.h"
#include "bans/published_list.h"
#include "shared/ids.h"

#include <boost/json.hpp>

#include <cstdint>
#include <optional>

namespace drawbridge::admin {

/// What a server has in force of one list.
struct Applied {
    Cursor cursor;
    base::UnixMs since = 0;  // when it told so first, as far as this is known
};

/// By its polls, else by its last heartbeat. Nothing: it has never told.
[[nodiscard]] std::optional<Applied>
applied_by(const Context& context, const auth::ServerRecord& record, bans::ListId list);

/// When it was last heard of.
[[nodiscard]] std::optional<base::UnixMs>
last_contact(const Context& context, const auth::ServerRecord& record);

/// For each list it can stand in: its entries there, and which servers have them so.
[[nodiscard]] boost::json::array describe_reach(const Context& context, std::uint64_t number);

}  // namespace drawbridge::admin
