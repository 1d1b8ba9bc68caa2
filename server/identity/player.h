// A player as a game server names them: tags only, never raw values.
#pragma once

#include "shared/identifier.h"
#include "shared/tag.h"

#include <string>
#include <vector>

namespace drawbridge::identity {

struct TaggedIdentifier {
    IdentifierType type = IdentifierType::license;
    Tag tag{};
};

struct Player {
    std::vector<TaggedIdentifier> tags;  // each type at most once
    std::vector<Tag> tokens;
    std::string name;  // empty: not given
};

/// Addresses are hints: they name no person.
[[nodiscard]] inline bool is_account(IdentifierType type) {
    return type != IdentifierType::ip && type != IdentifierType::token;
}

/// Of a console, or of a copy of the game (`license2`): it is shared or lent, and does not say who
/// plays. docs/evidence.md has the reasons.
[[nodiscard]] bool is_of_household(IdentifierType type);

/// Lower is surer: what the platform signs comes first, what a player can unlink last.
[[nodiscard]] int trust_rank(IdentifierType type);

/// The account tag that stands for the player: the surest one. Null: only addresses.
[[nodiscard]] const TaggedIdentifier* anchor_of(const Player& player);

}  // namespace drawbridge::identity
