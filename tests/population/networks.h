// Lines to the internet: which address a connection comes from.
#pragma once

#include "population/random.h"
#include "population/settings.h"

#include <cstdint>

namespace drawbridge::population {

/// An address without a pool stays; else every `period` draws another of the pool's, which others
/// draw as well. A pool of few behind which many sit is a NAT.
struct Line {
    std::uint64_t id = 0;
    std::uint64_t pool = 0;       // 0: fixed
    std::uint32_t pool_size = 1;  // addresses
    Time period = base::kHourMs;
};

[[nodiscard]] std::uint64_t address_of(const Line& line, Time at);

/// A provider's line at home, fixed or changing.
[[nodiscard]] Line home_line(Random& random);
/// Another address every day, from a provider's pool.
[[nodiscard]] Line daily_line(Random& random);
/// Behind `addresses` shared ones.
[[nodiscard]] Line nat_line(std::uint64_t nat, std::uint32_t addresses, Random& random);

}  // namespace drawbridge::population
