#include "shared/signature_base.h"

#include "shared/digest.h"
#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

TEST_CASE("signature base: RFC 9421, B.2.5") {
    for (const auto& row : test::vectors("bases").as_array()) {
        std::vector<BaseLine> lines;
        for (const auto& line : row.at("lines").as_array()) {
            lines.push_back({line.at(0).as_string(), line.at(1).as_string()});
        }
        SignatureBase base;
        REQUIRE(write_signature_base(lines, test::text(row, "parameters"), base));
        CHECK(base.view() == test::text(row, "base"));
        const Mac mac = hmac_sha256(test::bytes(row, "key"), base.view());
        std::string printed(base64_length(mac.size()), '\0');
        encode_base64(mac, printed.data());
        CHECK(printed == test::text(row, "mac"));
    }
}

TEST_CASE("signature base: a value cannot make a line of its own") {
    SignatureBase base;
    const std::string_view values[] = {"a\nb", "a\rb", "\n", {"a\0b", 3}};
    for (const auto value : values) {
        const BaseLine line{"\"@path\"", value};
        CHECK_FALSE(write_signature_base({&line, 1}, "()", base));
    }
}

TEST_CASE("signature base: what is too long is refused") {
    SignatureBase base;
    const std::string long_value(SignatureBase::capacity(), 'a');
    const BaseLine line{"\"@path\"", long_value};
    CHECK_FALSE(write_signature_base({&line, 1}, "()", base));
    CHECK_FALSE(write_signature_base({}, long_value, base));
}
