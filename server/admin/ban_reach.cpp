#include "admin/ban_reach.h"

#include "bans/ban_queries.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

// As many as an answer names of those that are missing.
constexpr std::size_t kNamed = 20;

bool is_for(bans::ListId list, const auth::ServerRecord& record) {
    if (record.is_removing || record.server.suspended) return false;
    return list == bans::kNetworkList || record.server.owner_row == list;
}

json::value or_null(const std::optional<base::UnixMs>& moment) {
    return moment ? json::value(*moment) : json::value(nullptr);
}

/// Rows of removed servers are given anew: what was told before this one was registered is not its.
std::optional<ingest::AppliedLists>
told_by(const Context& context, const auth::ServerRecord& record) {
    auto told = context.network.applied.of(record.server.row);
    if (told && told->told_at < record.created_at) told.reset();
    return told;
}

struct Reach {
    std::int64_t servers = 0;
    std::int64_t applied = 0;
    std::optional<base::UnixMs> last_at;
    json::array missing;
};

Reach measure(
    const Context& context,
    const std::vector<auth::ServerRecord>& servers,
    const bans::ListView& view,
    std::uint64_t version
) {
    Reach reach;
    for (const auto& record : servers) {
        if (!is_for(view.id, record)) continue;
        ++reach.servers;
        const auto applied = applied_by(context, record, view.id);
        if (applied && applied->cursor.lineage == view.lineage &&
            applied->cursor.version >= version) {
            ++reach.applied;
            reach.last_at = std::max(reach.last_at.value_or(0), applied->since);
        } else if (reach.missing.size() < kNamed) {
            reach.missing.push_back(json::object{
                {"id", record.server.id},
                {"name", record.server.name},
                {"seen_at", or_null(last_contact(context, record))}});
        }
    }
    return reach;
}

}  // namespace

std::optional<Applied>
applied_by(const Context& context, const auth::ServerRecord& record, bans::ListId list) {
    const bool is_network = list == bans::kNetworkList;
    if (const auto told = told_by(context, record)) {
        if (is_network) return Applied{told->network, told->network_since};
        return Applied{told->owner, told->owner_since};
    }
    const auto& text = is_network ? record.network_cursor : record.owner_cursor;
    const auto cursor = text ? parse_cursor(*text) : std::nullopt;
    if (!cursor) return std::nullopt;
    return Applied{*cursor, record.last_seen_at.value_or(0)};
}

std::optional<base::UnixMs> last_contact(const Context& context, const auth::ServerRecord& record) {
    const auto told = told_by(context, record);
    if (!told) return record.last_seen_at;
    return std::max(told->told_at, record.last_seen_at.value_or(0));
}

json::array describe_reach(const Context& context, std::uint64_t number) {
    const auto servers = auth::list_servers(context.reader(), *context.network.sealer);
    std::vector<bans::ListId> ids{bans::kNetworkList};
    if (const auto owner = bans::owner_of(context.reader(), number)) ids.push_back(*owner);
    json::array lists;
    for (const auto id : ids) {
        const auto view = context.network.lists.view(id);
        if (!view) continue;
        const auto version = view->version_of(number);
        auto reach = measure(context, servers, *view, version);
        json::object object;
        object["list"] = id == bans::kNetworkList ? "network" : "owner";
        object["cursor"] = print_cursor({view->lineage, version}).view();
        object["entries"] = bans::count_entries(context.reader(), id, number);
        object["servers"] = reach.servers;
        object["applied"] = reach.applied;
        object["last_applied_at"] = or_null(reach.last_at);
        object["missing"] = std::move(reach.missing);
        lists.push_back(std::move(object));
    }
    return lists;
}

}  // namespace drawbridge::admin
