// Routes of players: who a tag belongs to, what is known of them; and the key that tags are made
// with.
#include "admin/ban_json.h"
#include "admin/json.h"
#include "admin/link_json.h"
#include "admin/player_lookup.h"
#include "admin/problem.h"
#include "admin/query.h"
#include "admin/router.h"
#include "admin/ruling_json.h"
#include "bans/ban_queries.h"
#include "events/event_queries.h"
#include "identity/names.h"
#include "identity/profiles.h"
#include "identity/tags.h"
#include "shared/encoding.h"
#include "shared/tag.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drawbridge::admin {
namespace {

namespace json = boost::json;

// What no owner alone has seen, but the network takes for true.
constexpr std::int64_t kNetwork = 0;
// Older ones are looked through with `rulings`.
constexpr int kMostRulings = 20;

Reply unknown_player() {
    return refuse(Problem::not_found, "Nobody is known by that.");
}

json::array describe_bans(const Context& context, const std::vector<std::uint64_t>& numbers) {
    json::array bans;
    for (const auto number : numbers) {
        if (auto object = describe_ban(context, number)) bans.push_back(std::move(*object));
    }
    return bans;
}

json::array describe_tags(const identity::Profile& profile) {
    json::array tags;
    for (const auto& tag : profile.tags) {
        json::object object;
        object["type"] = type_name(tag.type);
        object["first_seen"] = tag.first_seen;
        object["last_seen"] = tag.last_seen;
        object["owners"] = tag.owners;
        tags.push_back(std::move(object));
    }
    return tags;
}

json::array describe_names(const Context& context, std::int64_t profile) {
    json::array names;
    for (const auto& seen :
         identity::Names(context.reader(), *context.network.sealer).of(profile)) {
        json::object object;
        object["name"] = seen.name;
        object["last_seen"] = seen.last_seen;
        names.push_back(std::move(object));
    }
    return names;
}

Reply show_profile(const Context& context, std::int64_t id) {
    identity::Profiles profiles(context.reader(), *context.network.sealer);
    const auto profile = profiles.load(id);
    if (!profile) return unknown_player();
    json::object object;
    object["profile"] = profile->id;
    object["first_seen"] = profile->first_seen;
    const auto joins = events::joins_of(context.reader(), id);
    object["last_seen"] = std::max(profile->last_seen, joins.last_at.value_or(0));
    object["joins"] = joins.count;
    object["names"] = describe_names(context, id);
    object["tags"] = describe_tags(*profile);
    object["bans"] = describe_bans(context, bans::bans_of_profile(context.reader(), id));
    identity::Links links(context.reader());
    object["links"] = describe_links(context, links.of_profile(id));
    object["person"] = json::value_from(links.person_of(id, kNetwork));
    identity::Rulings rulings(context.reader(), *context.network.sealer);
    object["rulings"] = describe_rulings(rulings.find({id, std::nullopt, kMostRulings}));
    return answer(object);
}

/// Banned by staff before any server has seen them: there are bans and no profile.
Reply show_unseen(const Context& context, const Tag& tag) {
    identity::Tags tags(context.reader(), *context.network.sealer);
    const auto known = tags.look_up(tag).stored;
    if (!known) return unknown_player();
    auto bans = describe_bans(context, bans::bans_of_tag(context.reader(), known->id));
    if (bans.empty()) return unknown_player();
    json::object object;
    object["profile"] = nullptr;
    object["first_seen"] = nullptr;
    object["last_seen"] = nullptr;
    object["joins"] = 0;
    object["names"] = json::array();
    object["tags"] = json::array();
    object["bans"] = std::move(bans);
    object["links"] = json::array();
    object["person"] = json::array();
    object["rulings"] = json::array();
    return answer(object);
}

Reply show_by_tag(const Context& context, const Request& request, const PathValues&) {
    Parameters parameters(request);
    const auto tag = parameters.word("tag", parse_tag, "expected 43 base64url characters");
    if (!tag) parameters.fail("tag", "expected the tag of a player");
    if (auto problem = parameters.problem()) return *problem;
    const auto profile = find_profile(context, *tag);
    return profile ? show_profile(context, *profile) : show_unseen(context, *tag);
}

Reply show_by_id(const Context& context, const Request&, const PathValues& values) {
    const auto id = parse_decimal(values.front());
    return id ? show_profile(context, static_cast<std::int64_t>(*id)) : unknown_player();
}

/// A write, since it is audited: whoever holds the key can test guesses against tags.
Reply hand_out_tag_key(const Context& context, const Request& request, const PathValues&) {
    context.write([&](ingest::UnitOfWork& unit) {
        const auto version = std::to_string(context.network.tag_version);
        unit.audit(
            store::by_admin(request.admin),
            {"tag_key.read", "network", {}, version},
            request.now
        );
    });
    json::object object;
    object["version"] = context.network.tag_version;
    object["key"] = print_base64url(context.network.tag_key->bytes()).view();
    return answer(object);
}

}  // namespace

void add_player_routes(Router& router) {
    router.add("GET", "players", show_by_tag);
    router.add("GET", "players/{}", show_by_id);
    router.add("POST", "tag-key", hand_out_tag_key);
}

}  // namespace drawbridge::admin
