#include "ctl/duration.h"

#include <doctest/doctest.h>

#include <string>

using namespace drawbridge::ctl;
using drawbridge::base::kDayMs;
using drawbridge::base::kHourMs;
using drawbridge::base::kMinuteMs;
using drawbridge::base::kSecondMs;

namespace {

constexpr drawbridge::base::UnixMs kNow = 1'763'733'780'000;  // 2025-11-21 14:03 UTC

}  // namespace

TEST_CASE("durations are a count and a unit, or perm") {
    CHECK(parse_duration("30m") == 1800);
    CHECK(parse_duration("12h") == 43'200);
    CHECK(parse_duration("7d") == 604'800);
    CHECK(parse_duration("2w") == 1'209'600);
    CHECK(parse_duration("perm") == 0);
    CHECK(parse_duration("3650d") == 315'360'000);
}

TEST_CASE("what is no duration is refused") {
    for (const auto* text :
         {"",
          "d",
          "7",
          "0d",
          "-1d",
          "+1d",
          "01d",
          "1.5h",
          "7 d",
          "7D",
          "7y",
          "permanent",
          "3651d",
          "99999999999999999999w",
          "9007199254740991w"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text).has_value());
    }
}

TEST_CASE("moments are relative, a date, or Unix milliseconds") {
    CHECK(parse_moment("2h", kNow) == kNow - 2 * kHourMs);
    CHECK(parse_moment("2025-11-21", kNow) == 1'763'683'200'000);
    CHECK(parse_moment("2025-11-21T14:03", kNow) == kNow);
    CHECK(parse_moment("2025-11-21T14:03:05Z", kNow) == kNow + 5 * kSecondMs);
    CHECK(parse_moment("1763733780000", kNow) == kNow);
}

TEST_CASE("what is no moment is refused") {
    for (const auto* text :
         {"",
          "perm",
          "yesterday",
          "2025",
          "2025-13-01",
          "2025-02-30",
          "2025-11-21 14:03",
          "2025-11-21T14:03+01:00"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_moment(text, kNow).has_value());
    }
}

TEST_CASE("times are told by how far they are away") {
    CHECK(relative_time(kNow - 3 * kSecondMs, kNow) == "just now");
    CHECK(relative_time(kNow - 42 * kSecondMs, kNow) == "42 s ago");
    CHECK(relative_time(kNow - 5 * kMinuteMs, kNow) == "5 min ago");
    CHECK(relative_time(kNow - 3 * kHourMs, kNow) == "3 h ago");
    CHECK(relative_time(kNow + 14 * kDayMs - kSecondMs, kNow) == "in 14 d");
    CHECK(relative_time(kNow - 100 * kDayMs, kNow) == "2025-08-13");
    CHECK(absolute_time(kNow) == "2025-11-21 14:03 UTC");
}

TEST_CASE("lengths and sizes") {
    CHECK(print_duration(59) == "59 s");
    CHECK(print_duration(720) == "12 min");
    CHECK(print_duration(7'500) == "2 h 5 min");
    CHECK(print_duration(3 * 86'400 + 4 * 3'600) == "3 d 4 h");
    CHECK(print_bytes(1) == "1 byte");
    CHECK(print_bytes(1023) == "1023 bytes");
    CHECK(print_bytes(1'536) == "1.5 KiB");
    CHECK(print_bytes(12'897'484) == "12.3 MiB");
    CHECK(print_count(0, "entry", "entries") == "0 entries");
    CHECK(print_count(1, "entry", "entries") == "1 entry");
    CHECK(print_count(2, "entry", "entries") == "2 entries");
}
