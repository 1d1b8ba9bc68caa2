// The ban lists as game servers hold them: fed with the published sections, asked by the same code.
#pragma once

#include "bans/published_list.h"
#include "population/wire.h"
#include "shared/ban_table.h"

#include <deque>
#include <vector>

namespace drawbridge::population {

class GameLists {
public:
    GameLists(const bans::PublishedLists& published, std::vector<bans::ListId> owners);

    /// Fetches what has changed, as a poll would. Throws std::runtime_error when a section does not
    /// apply.
    void poll();

    struct Match {
        bool by_account = false;
        bool by_tokens = false;
    };

    [[nodiscard]] Match match(const PlayerTags& player, std::uint32_t owner, Time now) const;

private:
    void fetch(bans::ListId list, BanTable& table);

    const bans::PublishedLists& published_;
    const std::vector<bans::ListId> owners_;
    BanTable network_{BanListKind::network};
    std::deque<BanTable> tables_;  // by owner
};

}  // namespace drawbridge::population
