#include "shared/answer_signature.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

namespace {

// A row of answers.json; the views point into it.
struct Row {
    explicit Row(const boost::json::value& row)
        : secret(test::secret(row, "secret")),
          key_id(test::text(row, "key_id")),
          method(test::text(row, "method")),
          target(test::text(row, "target")),
          label(test::text(row, "label")),
          mac(test::fixed<32>(row, "mac")),
          status(static_cast<unsigned>(test::number(row, "status"))),
          content_type(test::text(row, "content_type")),
          content_digest(test::text(row, "content_digest")),
          body(test::bytes(row, "body")),
          signature_input(test::text(row, "signature_input")),
          signature(test::text(row, "signature")) {}

    [[nodiscard]] RequestContext request() const {
        const Target split = split_target(target);
        return {method, split.path, split.query, label, mac};
    }

    [[nodiscard]] AnswerMessage answer() const { return {status, content_type, content_digest}; }

    [[nodiscard]] VerifiedAnswer verify() const {
        return verify_answer(secret, key_id, request(), answer(), {signature_input, signature});
    }

    // Signature and body, as a client checks them.
    [[nodiscard]] bool accepted() const {
        if (!verify().created) return false;
        if (content_digest.empty()) return body.empty();
        const auto claimed = parse_content_digest(content_digest);
        return claimed && *claimed == sha256(body);
    }

    Secret secret;
    std::string key_id;
    std::string method;
    std::string target;
    std::string label;
    Mac mac;
    unsigned status;
    std::string content_type;
    std::string content_digest;
    std::vector<std::uint8_t> body;
    std::string signature_input;
    std::string signature;
};

const boost::json::array& rows(std::string_view kind) {
    return test::vectors("answers").at(kind).as_array();
}

}  // namespace

TEST_CASE("answer signature: good answers verify, and are what we sign") {
    for (const auto& value : rows("good")) {
        const Row row(value);
        CAPTURE(row.signature_input);
        CHECK(row.accepted());
        const auto created = row.verify().created;
        REQUIRE(created == test::number(value, "created"));
        const auto made =
            sign_answer(row.secret, row.key_id, *created, row.request(), row.answer());
        REQUIRE(made);
        CHECK(made->signature_input.view() == row.signature_input);
        CHECK(made->signature.view() == row.signature);
    }
}

TEST_CASE("answer signature: anything else is refused") {
    for (const auto& value : rows("bad")) {
        CAPTURE(test::text(value, "note"));
        const Row row(value);
        CHECK_FALSE(row.accepted());
        const auto verified = row.verify();
        if (!verified.created) CHECK_FALSE(error_text(verified.error).empty());
    }
}

TEST_CASE("answer signature: an unsigned answer is told apart") {
    Row row(rows("good")[0]);
    row.signature_input.clear();
    CHECK(row.verify().error == AnswerError::not_signed);
}

TEST_CASE("answer signature: no single changed byte passes") {
    const Row good(rows("good")[0]);
    for (std::size_t i = 0; i < good.signature_input.size(); ++i) {
        Row changed = good;
        changed.signature_input[i] = static_cast<char>(changed.signature_input[i] ^ 1);
        CAPTURE(changed.signature_input);
        CHECK_FALSE(changed.accepted());
    }
    for (std::size_t i = 0; i < good.signature.size(); ++i) {
        Row changed = good;
        changed.signature[i] = static_cast<char>(changed.signature[i] ^ 1);
        CAPTURE(changed.signature);
        CHECK_FALSE(changed.accepted());
    }
}
