// Happenings as game servers report them: the JSON of one request with one event, in tags.
#pragma once

#include "population/happening.h"
#include "shared/ids.h"
#include "shared/tag.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drawbridge::population {

/// The player's tags as a game server of `owner` makes them, accounts first; what the lists are
/// asked about.
struct PlayerTags {
    std::vector<Tag> accounts;
    std::vector<IdentifierType> types;  // of `accounts`
    std::vector<Tag> tokens;
    Tag address{};
};

[[nodiscard]] PlayerTags tags_of(const Presentation& shown, std::uint32_t owner);

/// Bodies of POST /v1/events. `number` makes the ids: different each time.
[[nodiscard]] std::string join_body(const PlayerTags& player, Time at, std::uint64_t number);
[[nodiscard]] std::string
ban_body(const PlayerTags& target, Time at, Time duration, std::uint64_t number);
[[nodiscard]] std::string unban_body(std::uint64_t ban_number, Time at, std::uint64_t number);
[[nodiscard]] std::string count_body(std::uint32_t slots, Time at, std::uint64_t number);

}  // namespace drawbridge::population
