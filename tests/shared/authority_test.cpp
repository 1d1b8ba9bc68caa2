#include "shared/authority.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

TEST_CASE("authority: the Host field as it is signed") {
    const auto& cases = test::vectors("authorities");
    for (const auto& good : cases.at("good").as_array()) {
        const auto authority = normalise_authority(test::text(good, "host"));
        REQUIRE(authority);
        CHECK(authority->view() == test::text(good, "authority"));
        CHECK(normalise_authority(authority->view()) == authority);
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        CHECK_FALSE(normalise_authority(bad.as_string()));
    }
}
