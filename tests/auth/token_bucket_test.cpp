#include "auth/token_bucket.h"

#include <doctest/doctest.h>

using drawbridge::auth::Rate;
using drawbridge::auth::TokenBucket;

TEST_CASE("a burst, then the rate") {
    const Rate rate{10, 3};
    TokenBucket bucket;
    for (int i = 0; i < 3; ++i)
        CHECK(bucket.take(rate, 1000) == 0);
    const auto wait = bucket.take(rate, 1000);
    CHECK(wait > 0);
    CHECK(wait <= 101);
    CHECK(bucket.take(rate, 1000 + wait) == 0);
    CHECK(bucket.take(rate, 1000 + wait) > 0);
}

TEST_CASE("idle time fills no more than the burst, and a clock set back fills nothing") {
    const Rate rate{10, 2};
    TokenBucket bucket;
    REQUIRE(bucket.take(rate, 1'000'000) == 0);
    CHECK(bucket.take(rate, 9'000'000) == 0);
    CHECK(bucket.take(rate, 9'000'000) == 0);
    CHECK(bucket.take(rate, 9'000'000) > 0);
    CHECK(bucket.take(rate, 1'000'000) > 0);
}
