// Lengths, points of time, sizes and counts as people type and read them. Pure functions.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::ctl {

/// `30m`, `12h`, `7d`, `2w`; `perm` is 0. In seconds, at most ten years.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);

/// `2h` (ago), `2025-11-21`, `2025-11-21T14:03` (UTC, seconds and a final Z may follow), or Unix
/// milliseconds.
[[nodiscard]] std::optional<base::UnixMs> parse_moment(std::string_view text, base::UnixMs now);

/// "just now", "5 min ago", "in 3 d"; a date where that says more.
[[nodiscard]] std::string relative_time(base::UnixMs moment, base::UnixMs now);
/// "2025-11-21 14:03 UTC".
[[nodiscard]] std::string absolute_time(base::UnixMs moment);
/// "3 d 4 h", "12 min".
[[nodiscard]] std::string print_duration(std::int64_t seconds);
/// "12.3 MiB".
[[nodiscard]] std::string print_bytes(std::int64_t bytes);
/// "1 entry", "0 entries".
[[nodiscard]] std::string
print_count(std::int64_t count, std::string_view one, std::string_view many);

}  // namespace drawbridge::ctl
