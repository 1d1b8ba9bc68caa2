// What a world is made from.
#pragma once

#include "base/clock.h"

#include <cstdint>

namespace drawbridge::population {

using Time = base::UnixMs;

inline constexpr Time kStart = 1'800'000'000'000;
inline constexpr Time kNever = INT64_MAX;

struct Settings {
    std::uint64_t seed = 1;
    std::uint32_t persons = 100'000;
    std::uint32_t servers = 500;
    std::uint32_t owners = 300;
    std::uint32_t days = 60;
    double evaders = 0.02;          // of all persons: cheat, are banned and come back
    double cheaters = 0.01;         // of all persons: cheat, are banned and stay away
    double joins_per_person = 6.0;  // mean; as many as the running time allows

    [[nodiscard]] Time end() const { return kStart + days * base::kDayMs; }
};

}  // namespace drawbridge::population
