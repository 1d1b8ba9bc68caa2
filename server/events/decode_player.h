// Players, targets and reporters inside events.
#pragma once

#include "events/reader.h"
#include "identity/player.h"

#include <string_view>

namespace drawbridge::events {

/// At least one tag must be of an account: an address alone names nobody.
[[nodiscard]] identity::Player read_player(Reader& event, std::string_view name);
/// The members `tags` and `tokens` of `from`, into `player`.
void read_tags(Reader& from, identity::Player& player);

}  // namespace drawbridge::events
