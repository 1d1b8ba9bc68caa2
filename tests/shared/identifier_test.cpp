#include "shared/identifier.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

TEST_CASE("identifier: accepted ones are brought to one spelling") {
    const auto& cases = test::vectors("identifiers");
    for (const auto& good : cases.at("good").as_array()) {
        const auto text = test::text(good, "text");
        CAPTURE(text);
        const auto parsed = parse_identifier(text);
        REQUIRE(parsed.identifier);
        CHECK(type_name(parsed.identifier->type) == test::text(good, "type"));
        CHECK(parsed.identifier->value.view() == test::text(good, "value"));
    }
}

TEST_CASE("identifier: anything else is refused, with a reason that does not repeat it") {
    const auto& cases = test::vectors("identifiers");
    for (const auto& bad : cases.at("bad").as_array()) {
        const std::string text{bad.as_string()};
        CAPTURE(text);
        const auto parsed = parse_identifier(text);
        CHECK_FALSE(parsed.identifier);
        const auto reason = error_text(parsed.error);
        CHECK_FALSE(reason.empty());
        const auto value = text.substr(text.find(':') + 1);
        if (value.size() > 6) CHECK(reason.find(value) == std::string_view::npos);
    }
}

TEST_CASE("identifier: a normalised value is its own normal form") {
    const auto& cases = test::vectors("identifiers");
    for (const auto& good : cases.at("good").as_array()) {
        const auto type = parse_type_name(test::text(good, "type"));
        REQUIRE(type);
        // The /64 of an IPv6 address is no address again.
        if (test::text(good, "value").ends_with("/64")) continue;
        const auto again = normalise(*type, test::text(good, "value"));
        REQUIRE(again.identifier);
        CHECK(again.identifier->value.view() == test::text(good, "value"));
    }
}

TEST_CASE("identifier: type names") {
    for (std::size_t i = 0; i < kIdentifierTypes; ++i) {
        const auto type = static_cast<IdentifierType>(i);
        CHECK(parse_type_name(type_name(type)) == type);
    }
    CHECK_FALSE(parse_type_name(""));
    CHECK_FALSE(parse_type_name("License"));
    CHECK_FALSE(parse_type_name("licens"));
}
