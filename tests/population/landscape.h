// Owners and their servers, and how they are run.
#pragma once

#include "auth/key_ring.h"
#include "population/random.h"
#include "population/settings.h"

#include <cstdint>
#include <vector>

namespace drawbridge::population {

struct Owner {
    auth::PropagationMode mode = auth::PropagationMode::review;
    bool hostile = false;  // invents joins and bans
    std::vector<std::uint32_t> servers;
};

struct GameServer {
    std::uint32_t owner = 0;
    double popularity = 0;  // share of all first choices
    std::uint32_t slots = 64;
    bool behind_proxy = false;  // misconfigured: every player has the proxy's address
};

struct Landscape {
    std::vector<Owner> owners;
    std::vector<GameServer> servers;

    [[nodiscard]] const Owner& owner_of(std::uint32_t server) const {
        return owners[servers[server].owner];
    }
};

[[nodiscard]] Landscape make_landscape(const Settings& settings);

}  // namespace drawbridge::population
