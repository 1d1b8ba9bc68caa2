// What a world is made from.
#pragma once

#include "base/clock.h"

#include <cstdint>

namespace drawbridge::population {

using Time = base::UnixMs;

inline constexpr Time kStart = 1'800'000'000'000;
inline constexpr Time kNever = INT64_MAX;
inline constexpr Time kLeadDays = 60;

struct Settings {
    std::uint64_t seed = 1;
    std::uint32_t persons = 100'000;
    std::uint32_t servers = 500;
    std::uint32_t owners = 300;
    std::uint32_t days = 60;
    double newcomers = 0.16;        // of all persons: first play within the days
    double evaders = 0.02;          // of all persons: cheat, are banned and come back
    double cheaters = 0.01;         // of all persons: cheat, are banned and stay away
    double joins_per_person = 6.0;  // mean; as many as the running time allows

    /// Before it, all but the newcomers join for the first time and nobody cheats.
    [[nodiscard]] Time opening() const { return kStart + kLeadDays * base::kDayMs; }

    [[nodiscard]] Time end() const { return opening() + days * base::kDayMs; }
};

}  // namespace drawbridge::population
