#include "shared/structured_fields.h"

#include <doctest/doctest.h>

#include <string>

using namespace drawbridge;

namespace {

bool reads_whole(std::string_view text, InnerList& list) {
    FieldReader reader(text);
    return read_inner_list(reader, list) && reader.at_end();
}

bool reads_item(std::string_view text, FieldItem& item) {
    FieldReader reader(text);
    return reader.item(item) && reader.at_end();
}

}  // namespace

TEST_CASE("structured fields: items of each kind") {
    struct Case {
        std::string_view text;
        ItemKind kind;
        std::string_view value;
    };

    const Case cases[] = {
        {"0", ItemKind::integer, "0"},
        {"-12", ItemKind::integer, "-12"},
        {"1.125", ItemKind::decimal, "1.125"},
        {"\"\"", ItemKind::string, ""},
        {"\"a b\"", ItemKind::string, "a b"},
        {R"("a\"\\")", ItemKind::string, R"(a\"\\)"},
        {"*a/b:c", ItemKind::token, "*a/b:c"},
        {":AAE=:", ItemKind::bytes, "AAE="},
        {"::", ItemKind::bytes, ""},
        {"?1", ItemKind::boolean, "1"},
        {"@1659578233", ItemKind::date, "1659578233"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        FieldItem item;
        REQUIRE(reads_item(c.text, item));
        CHECK(item.kind == c.kind);
        CHECK(item.text == c.value);
    }
}

TEST_CASE("structured fields: items that are none") {
    const std::string_view cases[] = {
        "",
        "-",
        "1.",
        ".5",
        "1.1234",
        "1234567890123456",
        "1234567890123.1",
        "\"",
        "\"a",
        R"("a\n")",
        "\"a\tb\"",
        "\"\x7f\"",
        "\"\xc3\xa9\"",
        ":",
        ":A:",
        ":AA:",
        ":AB==:",
        ":AAE=AAAA:",
        "?",
        "?2",
        "@",
        "@1.5",
        "@x",
        " 1",
        "1 ",
        "(",
        ",",
        "%\"a\"",
        R"("\")",
    };
    for (const auto text : cases) {
        CAPTURE(text);
        FieldItem item;
        CHECK_FALSE(reads_item(text, item));
    }
}

TEST_CASE("structured fields: an inner list keeps its text") {
    InnerList list;
    REQUIRE(reads_whole(R"(("a" "b";req;key="x");created=1;flag;tag="t")", list));
    REQUIRE(list.size == 2);
    CHECK(list.members[0].raw == "\"a\"");
    CHECK(list.members[1].raw == R"("b";req;key="x")");
    CHECK(list.raw_members == R"(("a" "b";req;key="x"))");
    CHECK(list.raw == R"(("a" "b";req;key="x");created=1;flag;tag="t")");
    REQUIRE(list.parameter("flag") != nullptr);
    CHECK(list.parameter("flag")->kind == ItemKind::boolean);
    CHECK(list.parameter("tag")->text == "t");
    CHECK(list.parameter("none") == nullptr);
}

TEST_CASE("structured fields: the limits hold") {
    const auto list_of = [](std::size_t members, std::size_t parameters) {
        std::string text = "(";
        for (std::size_t i = 0; i < members; ++i)
            text += i == 0 ? "1" : " 1";
        text += ")";
        for (std::size_t i = 0; i < parameters; ++i)
            text += ";p" + std::to_string(i);
        return text;
    };
    InnerList list;
    CHECK(reads_whole(list_of(kMaxInnerItems, kMaxParameters), list));
    CHECK_FALSE(reads_whole(list_of(kMaxInnerItems + 1, 0), list));
    CHECK_FALSE(reads_whole(list_of(0, kMaxParameters + 1), list));
}

TEST_CASE("structured fields: dictionaries of bytes") {
    BytesDictionary dictionary;
    REQUIRE(read_bytes_dictionary("a=:AA==:, b=:AAE=: ,\tc=::", dictionary));
    CHECK(dictionary.size == 3);
    CHECK(dictionary.find("b")->base64 == "AAE=");
    CHECK(dictionary.find("d") == nullptr);
    for (const char* bad :
         {"",
          "a",
          "a=",
          "a=1",
          "a=:AA==:,",
          ",a=::",
          "a=::,a=::",
          "a=:: b=::",
          "A=::",
          "a=::;p",
          " a=::",
          "a=:: "}) {
        CAPTURE(bad);
        CHECK_FALSE(read_bytes_dictionary(bad, dictionary));
    }
}
