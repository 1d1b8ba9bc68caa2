#include "events/json.h"

#include <doctest/doctest.h>

#include <string>

using drawbridge::events::parse_json;

namespace {

std::string refusal(std::string_view text) {
    const auto parsed = parse_json(text);
    return parsed ? std::string() : parsed.error().detail;
}

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
}

}  // namespace

TEST_CASE("what is JSON passes") {
    CHECK(refusal(R"({"a":[1,-2,0.5,true,null,"\u00e4\ud83d\ude00"],"b":{"a":{}}})").empty());
    CHECK(refusal(" [ ] \n").empty());
    CHECK(refusal("9007199254740991").empty());
    CHECK(refusal("-9007199254740991").empty());
    CHECK(refusal(nested(16)).empty());
}

TEST_CASE("repeated member names are refused at any depth, also when escaped") {
    CHECK(refusal(R"({"a":1,"a":2})").find("repeated") != std::string::npos);
    CHECK(refusal(R"({"a":1,"\u0061":2})").find("repeated") != std::string::npos);
    CHECK(refusal(R"([{"x":{"b":1,"b":1}}])").find("repeated") != std::string::npos);
    CHECK(refusal(R"([{"a":1},{"a":1}])").empty());
}

TEST_CASE("numbers that doubles cannot carry are refused") {
    CHECK_FALSE(refusal("9007199254740992").empty());
    CHECK_FALSE(refusal("-9007199254740992").empty());
    CHECK_FALSE(refusal("1e400").empty());
    CHECK_FALSE(refusal("123456789012345678901234567890").empty());
    CHECK_FALSE(refusal("18446744073709551615").empty());
}

TEST_CASE("text that is not clean is refused") {
    CHECK_FALSE(refusal(R"("\u0000")").empty());
    CHECK_FALSE(refusal("\"\xC3\x28\"").empty());
    CHECK_FALSE(refusal("\"\xED\xA0\x80\"").empty());  // a lone surrogate in UTF-8
    CHECK_FALSE(refusal(R"("\ud800")").empty());
    CHECK_FALSE(refusal("\xEF\xBB\xBF{}").empty());
    CHECK_FALSE(refusal("\"a\nb\"").empty());
}

TEST_CASE("what is not one value is refused") {
    for (const auto* text :
         {"", " ", "{", "[1,]", "{\"a\":1,}", "{} {}", "nul", "[1 2]", "// x\n1"}) {
        CAPTURE(text);
        CHECK_FALSE(refusal(text).empty());
    }
    CHECK_FALSE(refusal(nested(17)).empty());
    CHECK_FALSE(refusal(std::string(100'000, '[')).empty());
}

TEST_CASE("every prefix of a document is refused") {
    const std::string whole = R"({"events":[{"id":"x","at":12,"ok":true}]})";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(refusal(whole.substr(0, size)).empty());
    }
    CHECK(refusal(whole).empty());
}
