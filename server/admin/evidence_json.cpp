#include "admin/evidence_json.h"

#include "bans/ban_evidence.h"
#include "events/event_queries.h"

#include <boost/json.hpp>

#include <utility>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

/// Null when the payload was altered.
json::value member_of(const json::value& payload, const char* name) {
    const auto* object = payload.if_object();
    const auto* value = object == nullptr ? nullptr : object->if_contains(name);
    return value == nullptr ? json::value(nullptr) : *value;
}

json::object describe_detection(const events::EventRecord& event) {
    json::error_code error;
    auto payload = json::parse(event.payload, error);
    if (error) payload = nullptr;
    json::object object;
    object["event"] = event.seq;
    object["at"] = event.received_at;
    for (const auto* name : {"detector", "category", "confidence", "detail"}) {
        object[name] = member_of(payload, name);
    }
    return object;
}

}  // namespace

std::vector<std::string> read_links(Members& members, const char* name) {
    std::vector<std::string> links;
    const auto* array = members.array(name, kMostLinks);
    if (array == nullptr) return links;
    for (const auto& value : *array) {
        const auto* text = value.if_string();
        const auto fault = text == nullptr ? std::optional<std::string_view>("expected texts")
                                           : bans::link_fault({text->data(), text->size()});
        if (fault) {
            members.fail(name, *fault);
            return {};
        }
        links.emplace_back(text->data(), text->size());
    }
    return links;
}

json::array describe_evidence(const Context& context, std::uint64_t ban) {
    json::array evidence;
    for (const auto& piece : bans::evidence_of(context.reader(), *context.network.sealer, ban)) {
        evidence.push_back(
            {{"at", piece.at}, {"actor", store::actor_kind_name(piece.actor)}, {"text", piece.text}}
        );
    }
    return evidence;
}

json::array describe_detections(const Context& context, std::uint64_t number) {
    const auto& sealer = *context.network.sealer;
    identity::Profiles profiles(context.reader(), sealer);
    const auto ban = bans::Bans(context.reader(), sealer, profiles).load(number);
    json::array detections;
    if (!ban || !ban->server || !ban->profile) return detections;
    events::EventFilter filter;
    filter.server = ban->server;
    filter.type = events::EventType::detection;
    filter.profile = ban->profile;
    filter.since = ban->created_at - base::kHourMs;
    filter.until = ban->created_at + 1;
    filter.limit = kMostDetections;
    for (const auto& event : events::find_events(context.reader(), sealer, filter)) {
        detections.push_back(describe_detection(event));
    }
    return detections;
}

}  // namespace drawbridge::admin
