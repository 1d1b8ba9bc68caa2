#include "shared/digest.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>
#include <sodium.h>

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

// The processor's own instructions, where there are any, against libsodium's code.
TEST_CASE("digest: every length around the blocks is hashed as libsodium does") {
    std::string bytes;
    for (std::size_t length = 0; length <= 300; ++length) {
        CAPTURE(length);
        Sha256 digest{};
        crypto_hash_sha256(digest.data(), as_bytes(bytes).data(), length);
        CHECK(sha256(as_bytes(bytes)) == digest);
        bytes += static_cast<char>(37 * length + length / 7);
    }
}

TEST_CASE("digest: every length of key and text is authenticated as libsodium does") {
    const std::string text(200, 't');
    const std::string key = "k" + std::string(69, '\xa5');
    for (std::size_t length = 0; length <= 200; ++length) {
        CAPTURE(length);
        const auto part = std::string_view(text).substr(0, length);
        const auto secret = as_bytes(std::string_view(key).substr(0, length % 71));
        crypto_auth_hmacsha256_state state;
        Mac mac{};
        crypto_auth_hmacsha256_init(&state, secret.data(), secret.size());
        crypto_auth_hmacsha256_update(&state, as_bytes(part).data(), part.size());
        crypto_auth_hmacsha256_final(&state, mac.data());
        CHECK(hmac_sha256(secret, part) == mac);
    }
}
