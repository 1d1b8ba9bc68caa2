// The worked example of docs/protocol.md §14, through the whole core as a client would use it.
#include "shared/answer_signature.h"
#include "shared/ban_table.h"
#include "shared/seal.h"
#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

TEST_CASE("worked example: request, answer, tag key, tag and ban list") {
    const auto& example = test::vectors("example");
    const auto secret = parse_secret(test::text(example, "secret")).secret.value();
    const auto& request = example.at("request");
    const auto& answer = example.at("answer");

    const auto digest = print_content_digest(sha256(test::bytes(request, "body")));
    const auto made = sign_request(
        secret,
        {test::text(example, "key_id"), 1763690000, 1763689990123, 1},
        {"POST",
         test::text(request, "authority"),
         "/v1/hello",
         "?",
         "application/json",
         digest.view()}
    );
    REQUIRE(made);
    CHECK(made->signature.view() == test::text(request, "signature"));

    const auto body = test::bytes(answer, "body");
    const auto verified = verify_answer(
        secret,
        test::text(example, "key_id"),
        {"POST", "/v1/hello", "?", "sig1", made->mac},
        {200, "application/json", test::text(answer, "content_digest")},
        {test::text(answer, "signature_input"), test::text(answer, "signature")}
    );
    CHECK(verified.created == test::number(answer, "created"));
    CHECK(parse_content_digest(test::text(answer, "content_digest")) == sha256(body));

    const auto json = boost::json::parse(std::string(body.begin(), body.end()));
    const auto sealed =
        parse_base64url<kSealedBytes>(test::text(json.at("tag_key"), "sealed")).value();
    const auto tag_key = open_tag_key(secret, test::text(example, "server_id"), 1, sealed);
    REQUIRE(tag_key);
    const auto identifier = parse_identifier(test::text(example, "identifier")).identifier.value();
    const Tag tag = tag_identifier(*tag_key, identifier);
    CHECK(print_tag(tag).view() == test::text(example, "tag"));

    const auto bans = test::bytes(example, "ban_list_body");
    const auto first = decode_header(bans).header.value().section_bytes();
    BanTable table(BanListKind::network);
    REQUIRE_FALSE(table.apply(Bytes(bans).first(first)));
    const auto matches = table.match({&tag, 1}, 1763690000);
    REQUIRE(matches.size() == 1);
    CHECK(print_ban_code(matches[0].ban_number).view() == test::text(example, "ban_code"));
    CHECK(matches[0].weight >= kMatchWeight);
    REQUIRE_FALSE(table.apply(Bytes(bans).subspan(first)));
    CHECK(table.match({&tag, 1}, 1763690000).empty());
}
