#include "population/game_lists.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace drawbridge::population {

GameLists::GameLists(const bans::PublishedLists& published, std::vector<bans::ListId> owners)
    : published_(published),
      owners_(std::move(owners)) {
    for (std::size_t i = 0; i < owners_.size(); ++i) {
        tables_.emplace_back(BanListKind::owner);
    }
}

void GameLists::poll() {
    fetch(bans::kNetworkList, network_);
    for (std::size_t i = 0; i < owners_.size(); ++i) {
        fetch(owners_[i], tables_[i]);
    }
}

void GameLists::fetch(bans::ListId list, BanTable& table) {
    std::string sections;
    published_.view(list)->append_sections(table.cursor(), sections);
    for (auto rest = as_bytes(sections); !rest.empty();) {
        const auto header = decode_header(rest).header;
        if (!header) throw std::runtime_error("a ban list has no header");
        const auto size = header->section_bytes();
        if (const auto error = table.apply(rest.first(size))) {
            throw std::runtime_error(fmt::format("a ban list: {}", error_text(*error)));
        }
        rest = rest.subspan(size);
    }
}

GameLists::Match GameLists::match(const PlayerTags& player, std::uint32_t owner, Time now) const {
    auto tags = player.accounts;
    tags.insert(tags.end(), player.tokens.begin(), player.tokens.end());
    const auto accounts = (std::uint64_t{1} << player.accounts.size()) - 1;
    Match match;
    for (const auto* table : {&network_, &tables_[owner]}) {
        const auto seconds = static_cast<std::uint64_t>(now / base::kSecondMs);
        for (const auto& found : table->match(tags, seconds)) {
            if (found.weight < kMatchWeight) continue;
            ((found.indexes & accounts) != 0 ? match.by_account : match.by_tokens) = true;
        }
    }
    return match;
}

}  // namespace drawbridge::population
