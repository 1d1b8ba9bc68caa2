#include "shared/tag.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

TEST_CASE("tag: identifiers") {
    for (const auto& row : test::vectors("tags").at("identifiers").as_array()) {
        const auto parsed = parse_identifier(test::text(row, "text"));
        REQUIRE(parsed.identifier);
        const Tag tag = tag_identifier(test::secret(row, "key"), *parsed.identifier);
        CHECK(print_tag(tag).view() == test::text(row, "tag"));
        CHECK(parse_tag(test::text(row, "tag")) == tag);
    }
}

TEST_CASE("tag: tokens are specific to an owner") {
    for (const auto& row : test::vectors("tags").at("tokens").as_array()) {
        const auto parsed = normalise(IdentifierType::token, test::text(row, "text"));
        REQUIRE(parsed.identifier);
        const Tag tag = tag_token(
            test::secret(row, "key"),
            test::text(row, "owner_id"),
            parsed.identifier->value
        );
        CHECK(print_tag(tag).view() == test::text(row, "tag"));
    }
    for (const auto& bad : test::vectors("tags").at("bad_tokens").as_array()) {
        CAPTURE(bad);
        CHECK_FALSE(normalise(IdentifierType::token, bad.as_string()).identifier);
    }
}

TEST_CASE("tag: the next key's tag follows from the last one's") {
    for (const auto& row : test::vectors("tags").at("chains").as_array()) {
        const auto old = parse_tag(test::text(row, "tag"));
        REQUIRE(old);
        const Tag chained = chain_tag(test::secret(row, "key"), *old);
        CHECK(print_tag(chained).view() == test::text(row, "chained"));
    }
}
