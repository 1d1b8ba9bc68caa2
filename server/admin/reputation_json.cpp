#include "admin/reputation_json.h"

#include "admin/json.h"

#include <utility>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

json::object describe_tally(const bans::Tally& tally) {
    json::object object;
    object["bans"] = tally.bans;
    object["standing"] = tally.standing;
    object["approved"] = tally.approved;
    object["rejected"] = tally.rejected;
    object["overturned"] = tally.overturned;
    object["overturned_share"] =
        tally.bans == 0
            ? json::value(nullptr)
            : json::value(static_cast<double>(tally.overturned) / static_cast<double>(tally.bans));
    return object;
}

}  // namespace

json::object describe_reputation(const bans::Reputation& reputation) {
    return {{"all", describe_tally(reputation.all)}, {"recent", describe_tally(reputation.recent)}};
}

void add_reputation(
    json::object& server,
    const Context& context,
    std::int64_t row,
    base::UnixMs now
) {
    const auto found =
        bans::reputation_of_server(context.reader(), *context.network.sealer, row, now);
    server["reputation"] = describe_reputation(found.server);
    json::array issuers;
    for (const auto& [name, reputation] : found.issuers) {
        json::object issuer;
        issuer["issuer"] = name.empty() ? json::value(nullptr) : json::value(name);
        issuer["reputation"] = describe_reputation(reputation);
        issuers.push_back(std::move(issuer));
    }
    server["issuers"] = std::move(issuers);
}

}  // namespace drawbridge::admin
