#include "net/parking.h"

#include <doctest/doctest.h>

namespace drawbridge::net {

TEST_CASE("a newer poll of a key hands out the older one, once") {
    Parking parking;
    CHECK_FALSE(parking.enter("a", {{}, {}, 1}).has_value());
    CHECK_FALSE(parking.enter("b", {{}, {}, 2}).has_value());
    const auto older = parking.enter("a", {{}, {}, 3});
    REQUIRE(older.has_value());
    CHECK(older->number == 1);
    const auto newest = parking.enter("a", {{}, {}, 4});
    REQUIRE(newest.has_value());
    CHECK(newest->number == 3);
}

TEST_CASE("a poll that was replaced does not take the newer one with it") {
    Parking parking;
    CHECK_FALSE(parking.enter("a", {{}, {}, 1}).has_value());
    CHECK(parking.enter("a", {{}, {}, 2}).has_value());
    parking.leave("a", 1);
    const auto still_there = parking.enter("a", {{}, {}, 3});
    REQUIRE(still_there.has_value());
    CHECK(still_there->number == 2);
    parking.leave("a", 3);
    CHECK_FALSE(parking.enter("a", {{}, {}, 4}).has_value());
}

}  // namespace drawbridge::net
