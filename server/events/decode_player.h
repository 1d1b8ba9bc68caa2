// Players, targets and reporters inside events.
#pragma once

#include "events/reader.h"
#include "identity/player.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace drawbridge::events {

/// At least one tag must be of an account: an address alone names nobody.
[[nodiscard]] identity::Player read_player(Reader& event, std::string_view name);
/// The members `tags` and `tokens` of `from`, into `player`; tags of addresses are checked and let
/// go.
void read_tags(Reader& from, identity::Player& player);

/// True when a player in the event, given as serialised, has the tag of an address.
[[nodiscard]] bool holds_address(std::string_view payload);
/// The valid event serialised without tags of addresses, which are not stored.
[[nodiscard]] std::string without_addresses(boost::json::value event);

}  // namespace drawbridge::events
