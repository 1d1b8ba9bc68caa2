#include "shared/signature.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

namespace {

// A row of requests.json; the message's views point into it.
struct Row {
    explicit Row(const boost::json::value& row)
        : secret(test::secret(row, "secret")),
          method(test::text(row, "method")),
          target(test::text(row, "target")),
          content_type(test::text(row, "content_type")),
          content_digest(test::text(row, "content_digest")),
          signature_input(test::text(row, "signature_input")),
          signature(test::text(row, "signature")),
          has_body(!row.at("body").is_null()) {
        const auto normal = normalise_authority(test::text(row, "authority"));
        authority = std::string(normal.value().view());
    }

    [[nodiscard]] RequestMessage message() const {
        const Target split = split_target(target);
        return {method, authority, split.path, split.query, content_type, content_digest};
    }

    [[nodiscard]] ParsedSignature parse() const {
        return parse_request_signature(signature_input, signature, has_body);
    }

    Secret secret;
    std::string method;
    std::string target;
    std::string content_type;
    std::string content_digest;
    std::string signature_input;
    std::string signature;
    std::string authority;
    bool has_body;
};

const boost::json::array& rows(std::string_view kind) {
    return test::vectors("requests").at(kind).as_array();
}

}  // namespace

TEST_CASE("signature: good requests verify") {
    for (const auto& value : rows("good")) {
        const Row row(value);
        CAPTURE(row.signature_input);
        const auto parsed = row.parse();
        REQUIRE(parsed.signature);
        CHECK(parsed.signature->covers_content == row.has_body);
        CHECK(verify_request(row.secret, *parsed.signature, row.message()));
    }
}

TEST_CASE("signature: what we sign is what the vectors hold") {
    std::size_t compared = 0;
    for (const auto& value : rows("good")) {
        if (!value.at("ours").as_bool()) continue;
        const Row row(value);
        const auto parsed = row.parse();
        REQUIRE(parsed.signature);
        const auto& was = *parsed.signature;
        const auto made = sign_request(
            row.secret,
            {was.key_id, was.created, was.epoch, was.counter},
            row.message()
        );
        REQUIRE(made);
        CHECK(made->signature_input.view() == row.signature_input);
        CHECK(made->signature.view() == row.signature);
        CHECK(made->mac == was.mac);
        ++compared;
    }
    CHECK(compared >= 5);
}

TEST_CASE("signature: parameters are read") {
    const Row row(rows("good")[6]);
    const auto parsed = row.parse();
    REQUIRE(parsed.signature);
    CHECK(parsed.signature->created == 1763690000);
    CHECK(parsed.signature->expires == 1763690060);
    CHECK(parsed.signature->epoch == 0);
    CHECK(parsed.signature->counter == 7);
    CHECK(parsed.signature->label == "sig1");
    CHECK(parsed.signature->key_id == "srv_k3m7aq2wz5xe:1");
}

TEST_CASE("signature: what was not signed does not verify") {
    for (const auto& value : rows("wrong")) {
        CAPTURE(test::text(value, "note"));
        const Row row(value);
        const auto parsed = row.parse();
        REQUIRE(parsed.signature);
        CHECK_FALSE(verify_request(row.secret, *parsed.signature, row.message()));
    }
}

TEST_CASE("signature: what is outside the profile is refused") {
    for (const auto& row : rows("malformed")) {
        CAPTURE(test::text(row, "note"));
        const auto parsed = parse_request_signature(
            test::text(row, "signature_input"),
            test::text(row, "signature"),
            row.at("has_body").as_bool()
        );
        REQUIRE_FALSE(parsed.signature);
        const bool missing = parsed.error == SignatureError::missing;
        CHECK(missing == (test::text(row, "code") == "unauthorized"));
        CHECK_FALSE(error_text(parsed.error).empty());
    }
}

TEST_CASE("signature: no single changed byte passes") {
    const Row good(rows("good")[0]);
    const auto passes = [&good](const std::string& input, const std::string& signature) {
        const auto parsed = parse_request_signature(input, signature, good.has_body);
        return parsed.signature && verify_request(good.secret, *parsed.signature, good.message());
    };
    REQUIRE(passes(good.signature_input, good.signature));
    // The label is not signed: only a change of both fields to another one passes.
    for (std::size_t i = 0; i < good.signature_input.size(); ++i) {
        for (unsigned flip = 1; flip < 256; flip <<= 1) {
            auto changed = good.signature_input;
            changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ flip);
            CAPTURE(changed);
            CHECK_FALSE(passes(changed, good.signature));
        }
    }
    for (std::size_t i = 0; i < good.signature.size(); ++i) {
        for (unsigned flip = 1; flip < 256; flip <<= 1) {
            auto changed = good.signature;
            changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ flip);
            CAPTURE(changed);
            CHECK_FALSE(passes(good.signature_input, changed));
        }
    }
}

TEST_CASE("signature: what cannot be read back is not signed") {
    const RequestMessage message{"GET", "a", "/", "?", {}, {}};
    const Secret secret;
    CHECK(sign_request(secret, {"key", 1, 1, 1}, message));
    CHECK_FALSE(sign_request(secret, {"a\"b", 1, 1, 1}, message));
    CHECK_FALSE(sign_request(secret, {std::string(600, 'a'), 1, 1, 1}, message));
    CHECK_FALSE(sign_request(secret, {"key", 1, kMaxSafeInteger + 1, 1}, message));
    CHECK_FALSE(sign_request(secret, {"key", 1, 1, 0}, message));
    CHECK_FALSE(sign_request(secret, {"key", 1, 1, 1}, {"GET", "a", "/\n", "?", {}, {}}));
}

TEST_CASE("signature: targets") {
    CHECK(split_target("/v1/bans?a=b").path == "/v1/bans");
    CHECK(split_target("/v1/bans?a=b").query == "?a=b");
    CHECK(split_target("/v1/bans").query == "?");
    CHECK(split_target("/v1/bans?").query == "?");
    CHECK(split_target("/?a?b").query == "?a?b");
}
