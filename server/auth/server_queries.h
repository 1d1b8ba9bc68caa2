// Registered servers as staff see them: what is stored about each, for lists and tables. Reads
// only.
#pragma once

#include "auth/key_ring.h"
#include "base/clock.h"
#include "store/database.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::auth {

/// A server with what it last told of itself; nothing where it never has.
struct ServerRecord {
    Server server;
    std::optional<base::UnixMs> breaker_at;  // it took the mode back to review; staff set it again
    bool is_removing = false;                // revoked; what belongs to it is being deleted
    std::string owner_name;
    std::optional<std::string> contact;  // of the owner
    base::UnixMs created_at = 0;
    std::optional<base::UnixMs> last_seen_at;
    std::optional<std::string> join_code;
    std::optional<std::int64_t> build;
    std::optional<std::string> platform;
    std::optional<std::string> resource_version;
    std::optional<std::int64_t> players;
    std::optional<std::int64_t> max_players;
    std::optional<std::string> network_cursor;  // what it has applied
    std::optional<std::string> owner_cursor;
    std::optional<std::int64_t> outbox;              // events it has not got rid of yet
    std::optional<std::int64_t> budget_day;          // in days since 1970
    std::int64_t budget_used = 0;                    // persons it has met on that day
    std::optional<base::UnixMs> persons_limited_at;  // these were more than may be; the last time
};

/// A working key; the secret stays where it is.
struct KeyRecord {
    std::uint32_t generation = 0;  // 0: the one-time code of an enrolment
    KeyKind kind = KeyKind::active;
    base::UnixMs created_at = 0;
    base::UnixMs not_after = 0;  // 0: no end
    std::optional<base::UnixMs> first_used_at;
};

/// By name. Thread of the connection.
[[nodiscard]] std::vector<ServerRecord>
list_servers(store::Database& database, const store::Sealer& sealer);
[[nodiscard]] std::optional<ServerRecord>
load_server_record(store::Database& database, const store::Sealer& sealer, std::int64_t server);
[[nodiscard]] std::vector<KeyRecord>
working_keys(store::Database& database, std::int64_t server, base::UnixMs now);

[[nodiscard]] std::string_view mode_name(PropagationMode mode);
[[nodiscard]] std::optional<PropagationMode> parse_mode(std::string_view name);

}  // namespace drawbridge::auth
