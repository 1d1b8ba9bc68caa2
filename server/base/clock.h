// The only reading of the wall clock; everything else is handed the time it works with.
#pragma once

#include <cstdint>

namespace drawbridge::base {

using UnixMs = std::int64_t;

inline constexpr UnixMs kSecondMs = 1000;
inline constexpr UnixMs kMinuteMs = 60 * kSecondMs;
inline constexpr UnixMs kHourMs = 60 * kMinuteMs;
inline constexpr UnixMs kDayMs = 24 * kHourMs;

/// Unix time in milliseconds. Any thread.
[[nodiscard]] UnixMs unix_ms();

}  // namespace drawbridge::base
