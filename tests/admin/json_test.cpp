#include "admin/json.h"

#include "admin/pem.h"
#include "admin/problem.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace drawbridge::admin;
namespace json = boost::json;

namespace {

std::string text_at(const json::object& object, const char* name) {
    return std::string(object.at(name).as_string());
}

json::object body_of(const std::optional<Reply>& reply) {
    REQUIRE(reply.has_value());
    CHECK(reply->content_type == "application/problem+json");
    return json::parse(reply->body).as_object();
}

}  // namespace

TEST_CASE("a body is one JSON object; none is an empty one") {
    CHECK(parse_object("")->empty());
    CHECK(parse_object(R"({"a":1})")->at("a") == 1);
    for (const auto* text : {"[]", "1", "{", "{}x", "\xff", R"({"a":})", " "}) {
        CAPTURE(text);
        CHECK_FALSE(parse_object(text).has_value());
    }
    std::string deep;
    for (int i = 0; i < 20; ++i)
        deep += R"({"a":)";
    CHECK_FALSE(parse_object(deep + "1" + std::string(20, '}')).has_value());
}

TEST_CASE("members are read by name and type") {
    const json::object object{{"name", "one"}, {"count", 3}, {"list", json::array{1, 2}}};
    Members members(object);
    CHECK(members.text("name", 1, 10) == "one");
    CHECK(members.integer("count", 0, 5) == 3);
    REQUIRE(members.array("list", 2) != nullptr);
    CHECK(members.optional_text("note", 10).empty());
    CHECK_FALSE(members.problem().has_value());
}

TEST_CASE("the first wrong member is named, and one nobody asked for is wrong") {
    SUBCASE("missing") {
        const json::object object;
        Members members(object);
        (void)members.text("name", 1, 10);
        (void)members.integer("count", 0, 5);
        CHECK(text_at(body_of(members.problem()), "field") == "name");
    }
    SUBCASE("wrong type") {
        const json::object object{{"count", "3"}};
        Members members(object);
        (void)members.integer("count", 0, 5);
        CHECK(text_at(body_of(members.problem()), "field") == "count");
    }
    SUBCASE("out of range") {
        const json::object object{{"count", 6}, {"list", json::array{1, 2, 3}}};
        Members members(object, "body.");
        CHECK(members.array("list", 2) == nullptr);
        (void)members.integer("count", 0, 5);
        CHECK(text_at(body_of(members.problem()), "field") == "body.list");
    }
    SUBCASE("unknown") {
        const json::object object{{"naem", "one"}};
        Members members(object);
        CHECK(members.optional_text("name", 10).empty());
        CHECK(text_at(body_of(members.problem()), "field") == "naem");
    }
}

TEST_CASE("texts are counted in characters and hold no control character") {
    CHECK(is_plain_text("Zürich", 6, 6));
    CHECK(is_plain_text("two\nlines\tand a tab", 1, 50));
    CHECK_FALSE(is_plain_text("", 1, 5));
    CHECK_FALSE(is_plain_text("toolong", 1, 6));
    CHECK_FALSE(is_plain_text("\x1b[31m", 1, 50));
    CHECK_FALSE(is_plain_text("\x7f", 1, 50));
    CHECK_FALSE(is_plain_text("\xc2\x9b", 1, 50));
    CHECK_FALSE(is_plain_text(std::string_view("a\0b", 3), 1, 50));
}

TEST_CASE("every problem has a code and a title of its own, and an error status") {
    std::set<std::string_view> codes;
    for (auto problem = Problem::bad_json; problem <= Problem::internal;
         problem = static_cast<Problem>(static_cast<int>(problem) + 1)) {
        const auto info = describe(problem);
        CHECK(info.status >= 400);
        CHECK(info.status < 600);
        CHECK(codes.insert(info.code).second);
        const auto document = body_of(refuse(problem, "why"));
        CHECK(text_at(document, "type") == "urn:drawbridge:problem:" + std::string(info.code));
        CHECK(document.at("status") == info.status);
        CHECK(text_at(document, "code") == info.code);
        CHECK(text_at(document, "detail") == "why");
    }
}

TEST_CASE("PEM has lines of 64 and nothing for nothing") {
    CHECK(der_to_pem("").empty());
    const auto pem = der_to_pem(std::string(49, 'a'));
    CHECK(
        pem ==
        "-----BEGIN CERTIFICATE-----\n"
        "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\n"
        "YQ==\n"
        "-----END CERTIFICATE-----\n"
    );
}
