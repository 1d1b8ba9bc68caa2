#include "admin/link_json.h"

#include "admin/json.h"
#include "auth/owners.h"
#include "shared/ids.h"

#include <algorithm>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

std::string_view relation_name(identity::Conclusion conclusion) {
    return conclusion == identity::Conclusion::ban ? "one_person" : "suspected";
}

json::value owner_id(const Context& context, const identity::Link& link) {
    return json::value_from(
        auth::Owners(context.reader(), *context.network.sealer).public_id(link.owner)
    );
}

json::value event_id(const identity::Link& link) {
    Uuid id{};
    if (!link.event_id || link.event_id->size() != id.size()) return nullptr;
    std::ranges::copy(*link.event_id, id.begin());
    return json::value(print_uuid(id).view());
}

}  // namespace

json::array describe_links(const Context& context, const std::vector<identity::Link>& links) {
    json::array described;
    for (const auto& link : links) {
        json::object object;
        object["profile"] = link.profile;
        object["other"] = link.other;
        object["relation"] = relation_name(link.conclusion);
        object["score"] = identity::print_weight(link.score);
        object["evidence"] = link.evidence;
        object["rule"] = link.rule;
        object["owner_id"] = owner_id(context, link);
        object["ban"] =
            link.ban ? json::value(print_ban_code(*link.ban).view()) : json::value(nullptr);
        object["event"] = event_id(link);
        object["made_at"] = link.made_at;
        described.push_back(std::move(object));
    }
    return described;
}

}  // namespace drawbridge::admin
