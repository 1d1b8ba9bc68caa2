#include "identity/player.h"

#include <algorithm>

namespace drawbridge::identity {

int trust_rank(IdentifierType type) {
    switch (type) {
        case IdentifierType::license: return 0;
        case IdentifierType::license2: return 1;
        case IdentifierType::fivem: return 2;
        case IdentifierType::steam: return 3;
        case IdentifierType::discord: return 4;
        case IdentifierType::xbl: return 5;
        case IdentifierType::live: return 6;
        case IdentifierType::ip: return 7;
        case IdentifierType::token: return 8;
    }
    return 9;
}

bool is_of_household(IdentifierType type) {
    return type == IdentifierType::license2 || type == IdentifierType::xbl ||
           type == IdentifierType::live;
}

const TaggedIdentifier* anchor_of(const Player& player) {
    const auto surest = std::ranges::min_element(player.tags, {}, [](const auto& identifier) {
        return trust_rank(identifier.type);
    });
    const bool account = surest != player.tags.end() && is_account(surest->type);
    return account ? &*surest : nullptr;
}

}  // namespace drawbridge::identity
