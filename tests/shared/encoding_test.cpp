#include "shared/encoding.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

TEST_CASE("encoding: base64url has one spelling") {
    const auto& cases = test::vectors("ids").at("base64url");
    for (const auto& good : cases.at("good").as_array()) {
        const auto text = test::text(good, "text");
        const auto bytes = test::bytes(good, "bytes");
        CAPTURE(text);
        std::vector<std::uint8_t> decoded(bytes.size());
        REQUIRE(decode_base64url(text, decoded) == bytes.size());
        CHECK(decoded == bytes);
        std::string encoded(base64url_length(bytes.size()), '\0');
        CHECK(encode_base64url(bytes, encoded.data()) == text.size());
        CHECK(encoded == text);
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        std::array<std::uint8_t, 64> out{};
        CHECK_FALSE(decode_base64url(bad.as_string(), out));
    }
}

TEST_CASE("encoding: base64 is padded, and only at the end") {
    std::array<std::uint8_t, 16> out{};
    CHECK(decode_base64("", out) == 0);
    CHECK(decode_base64("AAE=", out) == 2);
    CHECK(decode_base64("AA==", out) == 1);
    CHECK(decode_base64("AAEC", out) == 3);
    for (const char* bad :
         {"A", "AA", "AAE", "AAEC=", "A===", "====", "AA==AAAA", "AB==", "AAF=", "AA-_", "A A="}) {
        CAPTURE(bad);
        CHECK_FALSE(decode_base64(bad, out));
    }
}

TEST_CASE("encoding: what does not fit is refused, and nothing is written past the end") {
    std::array<std::uint8_t, 4> out{1, 2, 3, 4};
    CHECK_FALSE(decode_base64url("AAAAAA", std::span(out).first(3)));
    CHECK(out == std::array<std::uint8_t, 4>{1, 2, 3, 4});
    CHECK_FALSE(parse_base64url<3>("AAA"));
    CHECK_FALSE(parse_base64url<3>("AAAAA"));
    CHECK(parse_base64url<3>("AAEC") == std::array<std::uint8_t, 3>{0, 1, 2});
}

TEST_CASE("encoding: decimals are canonical and at most 2^53 - 1") {
    const auto& cases = test::vectors("ids").at("decimals");
    for (const auto& good : cases.at("good").as_array()) {
        const auto value = parse_decimal(good.as_string());
        REQUIRE(value);
        CHECK(print_decimal(*value).view() == std::string_view(good.as_string()));
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        CHECK_FALSE(parse_decimal(bad.as_string()));
    }
    CHECK(print_decimal(UINT64_MAX).view() == "18446744073709551615");
}

TEST_CASE("encoding: hex numbers have 16 lower-case digits") {
    CHECK(parse_hex64("91e1a2b3c4d5e6f7") == 0x91e1a2b3c4d5e6f7);
    CHECK(print_hex64(0x91e1a2b3c4d5e6f7).view() == "91e1a2b3c4d5e6f7");
    CHECK(print_hex64(0).view() == "0000000000000000");
    for (const char* bad : {"", "0", "91E1a2b3c4d5e6f7", "91e1a2b3c4d5e6f70", "91e1a2b3c4d5e6g7"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_hex64(bad));
    }
}

TEST_CASE("encoding: CRC-32 is zlib's") {
    CHECK(crc32("123456789") == 0xCBF43926);
    CHECK(crc32("") == 0);
    CHECK(print_crc32("").view() == "00000000");
    CHECK(print_crc32("123456789").view() == "cbf43926");
}
