#include "ctl/duration.h"

#include "shared/encoding.h"
#include "shared/limits.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <ctime>

namespace drawbridge::ctl {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kWeek = 7 * kDay;

std::optional<std::int64_t> unit_seconds(char unit) {
    switch (unit) {
        case 'm': return kMinute;
        case 'h': return kHour;
        case 'd': return kDay;
        case 'w': return kWeek;
    }
    return std::nullopt;
}

std::tm utc(base::UnixMs moment) {
    const std::time_t seconds = moment / base::kSecondMs;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return parts;
}

/// Reads `2025-11-21[T14:03[:05]][Z]`; nothing may be left over and no part be out of range.
std::optional<base::UnixMs> parse_date(std::string text) {
    if (text.ends_with('Z')) text.pop_back();
    for (const char* format : {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"}) {
        std::tm parts{};
        const char* end = strptime(text.c_str(), format, &parts);
        if (end == nullptr || *end != '\0') continue;
        const auto wanted = parts.tm_mday;
        const auto seconds = timegm(&parts);  // carries 30 February over to March
        if (parts.tm_mday != wanted) return std::nullopt;
        return static_cast<base::UnixMs>(seconds) * base::kSecondMs;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
    if (text == "perm") return 0;
    if (text.size() < 2) return std::nullopt;
    const auto unit = unit_seconds(text.back());
    const auto count = parse_decimal(text.substr(0, text.size() - 1));
    const auto limit = kMaxBanSeconds / static_cast<std::uint64_t>(unit.value_or(1));
    if (!unit || !count || *count == 0 || *count > limit) return std::nullopt;
    return static_cast<std::int64_t>(*count) * *unit;
}

std::optional<base::UnixMs> parse_moment(std::string_view text, base::UnixMs now) {
    if (const auto ago = parse_duration(text); ago && *ago > 0) return now - *ago * base::kSecondMs;
    // Four digits are a year somebody meant to go on with, not a moment in 1970.
    constexpr std::size_t kMomentDigits = 12;
    if (const auto ms = parse_decimal(text); ms && text.size() >= kMomentDigits) {
        return static_cast<base::UnixMs>(*ms);
    }
    return parse_date(std::string(text));
}

std::string relative_time(base::UnixMs moment, base::UnixMs now) {
    const auto seconds = std::llabs(now - moment) / base::kSecondMs;
    if (seconds < 10) return "just now";
    if (seconds >= 60 * kDay) {
        const auto parts = utc(moment);
        return fmt::format(
            "{:04}-{:02}-{:02}",
            parts.tm_year + 1900,
            parts.tm_mon + 1,
            parts.tm_mday
        );
    }
    // To the nearest unit: what was made for 14 days a second ago ends in 14 days, not 13.
    const auto in = [&](std::int64_t unit) { return (seconds + unit / 2) / unit; };
    const auto length = seconds < kMinute    ? fmt::format("{} s", seconds)
                        : seconds < kHour    ? fmt::format("{} min", in(kMinute))
                        : seconds < 2 * kDay ? fmt::format("{} h", in(kHour))
                                             : fmt::format("{} d", in(kDay));
    return moment <= now ? length + " ago" : "in " + length;
}

std::string absolute_time(base::UnixMs moment) {
    const auto parts = utc(moment);
    return fmt::format(
        "{:04}-{:02}-{:02} {:02}:{:02} UTC",
        parts.tm_year + 1900,
        parts.tm_mon + 1,
        parts.tm_mday,
        parts.tm_hour,
        parts.tm_min
    );
}

std::string print_duration(std::int64_t seconds) {
    if (seconds < kMinute) return fmt::format("{} s", seconds);
    if (seconds < kHour) return fmt::format("{} min", seconds / kMinute);
    if (seconds < kDay) {
        return fmt::format("{} h {} min", seconds / kHour, seconds % kHour / kMinute);
    }
    return fmt::format("{} d {} h", seconds / kDay, seconds % kDay / kHour);
}

std::string print_count(std::int64_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string print_bytes(std::int64_t bytes) {
    constexpr std::array<const char*, 4> kUnits{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return print_count(bytes, "byte", "bytes");
    auto amount = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; amount >= 1024 && unit + 1 < kUnits.size(); ++unit) {
        amount /= 1024;
    }
    return fmt::format("{:.1f} {}", amount, kUnits.at(unit));
}

}  // namespace drawbridge::ctl
