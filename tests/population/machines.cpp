// Shares. "Most players have 3 to 6" tokens (txAdmin's settings page); which part each token stands
// for is not documented, so a part is readable by a chance that brings that number about. Board
// numbers that are none, or a whole batch's: A. C. Hay, "SMBIOS UUID fail" (2012).
#include "population/machines.h"

#include <algorithm>

namespace drawbridge::population {
namespace {

// By Part. Sums to 4.6.
constexpr std::array<double, kParts> kReadable{0.95, 0.95, 0.8, 0.9, 0.6, 0.4};

// "To be filled by O.E.M.", repeated patterns and their like; the first are by far the commonest.
constexpr double kPlaceholder = 0.04;
constexpr std::size_t kPlaceholders = 14;
constexpr std::uint64_t kPlaceholderIds = 0x1000;

// One model of one maker, bought in one country: one board number for all, and for some also the
// install, where the factory's image was never generalised.
constexpr std::size_t kBatches = 60;
constexpr std::uint64_t kBatchIds = 0x2000;
constexpr double kFactoryInstall = 0.3;

}  // namespace

bool Machine::has_tokens() const {
    return std::ranges::any_of(parts, [](auto part) { return part != 0; });
}

Machine build_machine(Random& random, bool of_a_batch) {
    static const Weighted placeholders(zipf_weights(kPlaceholders, 1.0));
    Machine machine;
    for (std::size_t i = 0; i < kParts; ++i) {
        if (random.chance(kReadable[i])) machine.parts[i] = random.id();
    }
    if (of_a_batch) {
        const auto batch = kBatchIds + 2 * random.below(kBatches);
        machine[Part::board] = batch;
        if (random.chance(kFactoryInstall)) machine[Part::install] = batch + 1;
    } else if (random.chance(kPlaceholder)) {
        machine[Part::board] = kPlaceholderIds + placeholders.pick(random);
    }
    return machine;
}

void reinstall(Machine& machine, Random& random) {
    for (const auto part : {Part::install, Part::profile}) {
        if (machine[part] != 0) machine[part] = random.id();
    }
}

void spoof(Machine& machine, Random& random) {
    for (auto& part : machine.parts) {
        if (part != 0) part = random.id();
    }
}

Machine image_machine(const Machine& image, Random& random) {
    auto copy = image;
    for (const auto part : {Part::board, Part::disk, Part::network_card, Part::video}) {
        if (copy[part] != 0) copy[part] = random.id();
    }
    return copy;
}

}  // namespace drawbridge::population
