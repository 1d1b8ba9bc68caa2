#include "privacy/dated_keys.h"

#include <doctest/doctest.h>

using namespace drawbridge;
using base::kDayMs;
using privacy::Category;
using privacy::first_week_kept;
using store::KeyPurpose;
using store::kWeekMs;

namespace {

constexpr base::UnixMs kNow = 3000 * kWeekMs + 3 * kDayMs;

std::uint32_t week(KeyPurpose purpose, const privacy::Periods& periods, base::UnixMs now = kNow) {
    const auto found = first_week_kept(purpose, periods, now);
    REQUIRE(found);
    return *found;
}

}  // namespace

TEST_CASE("a week's key goes when its last day is past the period, and a day more") {
    privacy::Periods periods;
    periods.set(Category::errors, 4 * kWeekMs);
    const auto end_of_2000 = 2001 * kWeekMs - 1;
    const auto due = end_of_2000 + 4 * kWeekMs + kDayMs;
    CHECK(week(KeyPurpose::error, periods, due) == 2000);
    CHECK(week(KeyPurpose::error, periods, due + 1) == 2001);
}

TEST_CASE("the key of the events waits for everything that is sealed under it") {
    privacy::Periods periods;
    periods.set(Category::events, kDayMs);
    // Results of events are remembered for 73 hours.
    CHECK(week(KeyPurpose::event, periods) == 2999);
    CHECK(week(KeyPurpose::event, periods, kNow + 2 * kDayMs) == 3000);
    CHECK(week(KeyPurpose::telemetry, periods) == store::week_of(kNow - 31 * kDayMs));
    CHECK(week(KeyPurpose::name, periods) == store::week_of(kNow - 91 * kDayMs));
}

TEST_CASE("what is kept for ever keeps its keys, and the base keys are no sweep's affair") {
    privacy::Periods periods;
    periods.set(Category::events, std::nullopt);
    CHECK_FALSE(first_week_kept(KeyPurpose::event, periods, kNow));
    CHECK(first_week_kept(KeyPurpose::telemetry, periods, kNow));
    for (const auto purpose : {KeyPurpose::base, KeyPurpose::index, KeyPurpose::audit}) {
        CHECK_FALSE(first_week_kept(purpose, periods, kNow));
    }
}
