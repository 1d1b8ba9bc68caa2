#include "events/decode_player.h"

#include "shared/limits.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace drawbridge::events {
namespace {

namespace json = boost::json;

constexpr std::string_view kTagForm = "expected 43 base64url characters";

void read_tag(
    Reader& from,
    const json::value& value,
    const FieldPath& at,
    identity::Player& player
) {
    if (!value.is_object()) {
        from.fail(at, R"(expected {"type": …, "tag": …})");
        return;
    }
    Reader tag(value.get_object(), at, from.error());
    const auto type = parse_type_name(tag.text("type", 1, 16));
    const auto bytes = parse_tag(tag.text("tag", 1, 64));
    tag.finish();
    if (!type || *type == IdentifierType::token) {
        tag.fail("type", "expected one of license, license2, steam, discord, fivem, xbl, live, ip");
        return;
    }
    if (!bytes) {
        tag.fail("tag", std::string(kTagForm));
        return;
    }
    const bool repeated =
        std::ranges::any_of(player.tags, [&](const auto& known) { return known.type == *type; });
    if (repeated) tag.fail("type", "stands twice");
    player.tags.push_back({*type, *bytes});
}

void read_token(
    Reader& from,
    const json::value& value,
    const FieldPath& at,
    identity::Player& player
) {
    const auto bytes =
        value.is_string() ? parse_tag(std::string_view(value.get_string())) : std::optional<Tag>();
    if (!bytes) {
        from.fail(at, std::string(kTagForm));
        return;
    }
    if (std::ranges::find(player.tokens, *bytes) != player.tokens.end()) {
        from.fail(at, "stands twice");
    }
    player.tokens.push_back(*bytes);
}

bool is_address(const json::value& tag) {
    return tag.at("type").as_string() == drawbridge::type_name(IdentifierType::ip);
}

void drop_addresses(json::object& player) {
    auto& tags = player.at("tags").as_array();
    for (auto tag = tags.begin(); tag != tags.end();) {
        tag = is_address(*tag) ? tags.erase(tag) : tag + 1;
    }
}

}  // namespace

void read_tags(Reader& from, identity::Player& player) {
    if (const auto* tags = from.array("tags", 1, kMaxPlayerTags)) {
        for (std::size_t i = 0; i < tags->size(); ++i) {
            read_tag(from, (*tags)[i], from.path_of("tags", i), player);
        }
    }
    std::erase_if(player.tags, [](const auto& tag) { return !identity::is_account(tag.type); });
    const auto* tokens = from.has("tokens") ? from.array("tokens", 0, kMaxPlayerTokens) : nullptr;
    for (std::size_t i = 0; tokens != nullptr && i < tokens->size(); ++i) {
        read_token(from, (*tokens)[i], from.path_of("tokens", i), player);
    }
}

identity::Player read_player(Reader& event, std::string_view name) {
    identity::Player player;
    const auto* object = event.object(name);
    if (object == nullptr) return player;
    const auto at = event.path_of(name);
    Reader reader(*object, at, event.error());
    read_tags(reader, player);
    player.name = reader.optional_text("name", kMaxNameLength);
    reader.finish();
    if (player.tags.empty()) {
        reader.fail("tags", "expected at least one tag whose type is not ip");
    }
    return player;
}

// In serialised JSON a quotation mark inside a text is escaped, so this is a member.
bool holds_address(std::string_view payload) {
    return payload.find(R"("type":"ip")") != std::string_view::npos;
}

std::string without_addresses(json::value event) {
    for (const auto* name : {"player", "target", "reporter"}) {
        if (auto* player = event.as_object().if_contains(name)) drop_addresses(player->as_object());
    }
    return json::serialize(event);
}

}  // namespace drawbridge::events
