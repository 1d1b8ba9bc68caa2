// Popularity is a power law: Chambers et al., "Measurement-based characterization of a collection
// of on-line games" (IMC 2005), §4.1. How owners are run is argued: half of them have earned that
// their bans travel at once, a few keep to themselves, one in fifty has bad intentions and, until
// it shows, the same standing as others.
#include "population/landscape.h"

#include <algorithm>
#include <array>

namespace drawbridge::population {
namespace {

constexpr double kAutomatic = 0.50;
constexpr double kReview = 0.35;
constexpr double kHostile = 0.02;
constexpr double kBehindProxy = 0.02;
constexpr double kZipfExponent = 0.9;
constexpr double kMostSlots = 1000;

auth::PropagationMode draw_mode(Random& random) {
    const double at = random.unit();
    if (at < kAutomatic) return auth::PropagationMode::automatic;
    return at < kAutomatic + kReview ? auth::PropagationMode::review : auth::PropagationMode::local;
}

// The first servers go round, so that everybody has one; then who has many gets more.
std::uint32_t draw_owner(std::uint32_t server, const Settings& settings, Random& random) {
    if (server < settings.owners) return server;
    const double at = random.unit();
    return static_cast<std::uint32_t>(at * at * settings.owners);
}

// In no order of popularity, so that a big server may be anybody's.
std::vector<std::uint32_t> shuffled(std::uint32_t count, Random& random) {
    std::vector<std::uint32_t> order(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        order[i] = i;
    }
    for (std::uint32_t i = count; i > 1; --i) {
        std::swap(order[i - 1], order[random.below(i)]);
    }
    return order;
}

void make_owners(const Settings& settings, Random& random, Landscape& landscape) {
    landscape.owners.resize(settings.owners);
    for (auto& owner : landscape.owners) {
        owner.mode = draw_mode(random);
    }
    const auto order = shuffled(settings.owners, random);
    const auto hostile = std::max(1U, static_cast<std::uint32_t>(kHostile * settings.owners));
    for (std::uint32_t i = 0; i < hostile; ++i) {
        landscape.owners[order[i]].hostile = true;
    }
}

}  // namespace

Landscape make_landscape(const Settings& settings) {
    Random random(settings.seed, "landscape");
    Landscape landscape;
    make_owners(settings, random, landscape);
    const auto weights = zipf_weights(settings.servers, kZipfExponent);
    const auto order = shuffled(settings.servers, random);
    double sum = 0;
    for (const auto weight : weights) {
        sum += weight;
    }
    for (std::uint32_t i = 0; i < settings.servers; ++i) {
        GameServer server;
        server.owner = draw_owner(i, settings, random);
        server.popularity = weights[order[i]] / sum;
        const auto slots = server.popularity * settings.persons / 8;
        server.slots = static_cast<std::uint32_t>(std::clamp(slots, 32.0, kMostSlots));
        server.behind_proxy = random.chance(kBehindProxy);
        landscape.owners[server.owner].servers.push_back(i);
        landscape.servers.push_back(server);
    }
    return landscape;
}

}  // namespace drawbridge::population
