#include "ingest/applied_lists.h"

namespace drawbridge::ingest {

void AppliedListsOfServers::note(
    std::int64_t server,
    const Cursor& network,
    const Cursor& owner,
    base::UnixMs now
) {
    servers_.with([&](auto& servers) {
        const auto [found, is_new] = servers.try_emplace(server);
        auto& applied = found->second;
        if (is_new || applied.network != network) applied.network_since = now;
        if (is_new || applied.owner != owner) applied.owner_since = now;
        applied.network = network;
        applied.owner = owner;
        applied.told_at = now;
    });
}

std::optional<AppliedLists> AppliedListsOfServers::of(std::int64_t server) const {
    return servers_.with([&](const auto& servers) -> std::optional<AppliedLists> {
        const auto found = servers.find(server);
        if (found == servers.end()) return std::nullopt;
        return found->second;
    });
}

}  // namespace drawbridge::ingest
