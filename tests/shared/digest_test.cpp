#include "shared/digest.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

TEST_CASE("digest: Content-Digest") {
    const auto& cases = test::vectors("digests");
    for (const auto& good : cases.at("good").as_array()) {
        const auto field = test::text(good, "field");
        CAPTURE(field);
        const auto parsed = parse_content_digest(field);
        REQUIRE(parsed);
        const auto actual = sha256(test::bytes(good, "body"));
        CHECK(*parsed == actual);
        const auto printed = test::str(print_content_digest(actual));
        CHECK(field.find(printed) != std::string::npos);
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        CHECK_FALSE(parse_content_digest(bad.as_string()));
    }
    for (const auto& row : cases.at("different").as_array()) {
        const auto parsed = parse_content_digest(test::text(row, "field"));
        REQUIRE(parsed);
        CHECK_FALSE(equal_constant_time(*parsed, sha256(test::bytes(row, "body"))));
    }
}

TEST_CASE("digest: MACs differ in any bit") {
    const Mac mac = hmac_sha256(as_bytes("key"), "text");
    CHECK(equal_constant_time(mac, hmac_sha256(as_bytes("key"), "text")));
    for (std::size_t bit = 0; bit < 8 * mac.size(); ++bit) {
        Mac other = mac;
        other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << (bit % 8)));
        CHECK_FALSE(equal_constant_time(mac, other));
    }
}
