// Machines as their parts: what the platform can read a token from.
#pragma once

#include "population/random.h"

#include <array>
#include <cstdint>

namespace drawbridge::population {

enum class Part : std::uint8_t { board, disk, network_card, install, profile, video };

inline constexpr std::size_t kParts = 6;

/// A value by Part; 0: not readable. Each gives one token to an owner's servers.
struct Machine {
    std::array<std::uint64_t, kParts> parts{};

    [[nodiscard]] std::uint64_t& operator[](Part part) {
        return parts[static_cast<std::size_t>(part)];
    }

    [[nodiscard]] bool has_tokens() const;
};

/// From a shop: some boards carry a placeholder, some machines are of a batch.
[[nodiscard]] Machine build_machine(Random& random, bool of_a_batch);
/// A new operating system on the same hardware.
void reinstall(Machine& machine, Random& random);
/// Every part lies from now on.
void spoof(Machine& machine, Random& random);
/// A copy of `image`'s disk in other hardware.
[[nodiscard]] Machine image_machine(const Machine& image, Random& random);

}  // namespace drawbridge::population
