// Over 60 % of hosts keep their address, the others' median period is about 24 hours (Argon et al.,
// "On the dynamics of IP address allocation and availability of end-hosts", arXiv:1011.2324);
// providers that reassign do so at multiples of 24 hours, from pools (Padmanabhan et al., "Reasons
// dynamic addresses change", IMC 2016).
#include "population/networks.h"

namespace drawbridge::population {
namespace {

constexpr double kFixed = 0.62;
constexpr std::size_t kProviders = 40;
constexpr std::uint32_t kPoolSize = 4096;

}  // namespace

std::uint64_t address_of(const Line& line, Time at) {
    if (line.pool == 0) return mix(0, line.id);
    const auto turn = mix(line.id, static_cast<std::uint64_t>(at / line.period));
    return mix(line.pool, turn % line.pool_size);
}

Line home_line(Random& random) {
    if (random.chance(kFixed)) return {random.id(), 0, 1, base::kHourMs};
    auto line = daily_line(random);
    line.period *= 1 + random.below(14);
    return line;
}

Line daily_line(Random& random) {
    return {random.id(), 1 + random.below(kProviders), kPoolSize, base::kDayMs};
}

Line nat_line(std::uint64_t nat, std::uint32_t addresses, Random& random) {
    return {random.id(), nat, addresses, base::kHourMs};
}

}  // namespace drawbridge::population
