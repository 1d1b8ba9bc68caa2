#include "shared/secret.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

#include <memory>

using namespace drawbridge;

TEST_CASE("secret: printed and parsed") {
    const auto& cases = test::vectors("secrets");
    for (const auto& good : cases.at("good").as_array()) {
        const auto expected = test::secret(good, "bytes");
        const auto text = test::text(good, "text");
        CHECK(print_secret(expected).view() == text);
        const auto parsed = parse_secret(text);
        REQUIRE(parsed.secret);
        CHECK(*parsed.secret == expected);
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        const auto parsed = parse_secret(bad.as_string());
        CHECK_FALSE(parsed.secret);
        CHECK_FALSE(error_text(parsed.error).empty());
    }
}

TEST_CASE("secret: any one wrong character is found") {
    const auto text = test::text(test::vectors("secrets").at("good").as_array()[0], "text");
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const char other : {'A', 'b', '0', '_', ' ', '\0'}) {
            auto changed = text;
            if (changed[i] == other) continue;
            changed[i] = other;
            CAPTURE(changed);
            CHECK_FALSE(parse_secret(changed).secret);
        }
    }
}

TEST_CASE("secret: its memory is wiped when it goes") {
    alignas(Secret) std::array<std::uint8_t, sizeof(Secret)> place{};
    std::array<std::uint8_t, kKeyBytes> bytes{};
    bytes.fill(0xA5);
    auto* held = new (place.data()) Secret(bytes);
    CHECK(place[0] == 0xA5);
    std::destroy_at(held);
    CHECK(place == std::array<std::uint8_t, sizeof(Secret)>{});
}

TEST_CASE("secret: enrolments printed and parsed") {
    const auto& cases = test::vectors("enrolments");
    for (const auto& good : cases.at("good").as_array()) {
        const auto text = test::text(good, "text");
        Enrolment enrolment;
        REQUIRE_FALSE(parse_enrolment(text, enrolment));
        CHECK(enrolment.url.view() == test::text(good, "url"));
        CHECK(enrolment.server_id.view() == test::text(good, "server_id"));
        CHECK(enrolment.code == test::secret(good, "code"));
        const auto ca = test::bytes(good, "ca");
        REQUIRE(enrolment.ca_size == ca.size());
        CHECK(std::equal(ca.begin(), ca.end(), enrolment.ca.begin()));
        const auto printed =
            print_enrolment(enrolment.url.view(), enrolment.server_id.view(), enrolment.code, ca);
        REQUIRE(printed);
        CHECK(printed->view() == text);
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        Enrolment enrolment;
        const auto error = parse_enrolment(bad.as_string(), enrolment);
        REQUIRE(error);
        CHECK_FALSE(error_text(*error).empty());
    }
}

TEST_CASE("secret: an enrolment that could not be read is not printed") {
    const std::vector<std::uint8_t> long_ca(kMaxCaBytes + 1);
    CHECK_FALSE(print_enrolment("http://a", "srv_aaaaaaaaaaaa", Secret{}, {}));
    CHECK_FALSE(print_enrolment("https://a", "srv_a", Secret{}, {}));
    CHECK_FALSE(print_enrolment("https://a", "srv_aaaaaaaaaaaa", Secret{}, long_ca));
}
