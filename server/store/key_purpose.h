// What a key is for, and the weeks of the dated ones.
#pragma once

#include "base/clock.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace drawbridge::store {

/// Permanent numbers. Those from `event` on are dated: one key for each week of receipt, destroyed
/// when all rows of that week are gone, so that every copy SQLite left behind is noise.
enum class KeyPurpose : std::uint8_t {
    base = 1,
    index = 2,
    audit = 3,
    event = 4,      // events but telemetry and errors; what their senders were answered
    telemetry = 5,  // heartbeats, player counts
    error = 6,      // error events
    request = 7,    // request log
    name = 8,       // names of players, by the week in which they were last seen
};

inline constexpr std::array kDatedPurposes{
    KeyPurpose::event,
    KeyPurpose::telemetry,
    KeyPurpose::error,
    KeyPurpose::request,
    KeyPurpose::name,
};

[[nodiscard]] constexpr std::string_view purpose_name(KeyPurpose purpose) {
    switch (purpose) {
        case KeyPurpose::base: return "base";
        case KeyPurpose::index: return "index";
        case KeyPurpose::audit: return "audit";
        case KeyPurpose::event: return "event";
        case KeyPurpose::telemetry: return "telemetry";
        case KeyPurpose::error: return "error";
        case KeyPurpose::request: return "request";
        case KeyPurpose::name: return "name";
    }
    return "unknown";  // a number in the ring that is none of them
}

inline constexpr base::UnixMs kWeekMs = 7 * base::kDayMs;

/// Weeks since the epoch; they begin on Thursdays. Times before the epoch count to its week.
[[nodiscard]] constexpr std::uint32_t week_of(base::UnixMs at) {
    return at < 0 ? 0 : static_cast<std::uint32_t>(at / kWeekMs);
}

}  // namespace drawbridge::store
