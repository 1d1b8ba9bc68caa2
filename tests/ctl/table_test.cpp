#include "ctl/table.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>

using namespace drawbridge::ctl;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("columns are as wide as their longest cell") {
    Table table({"NAME", "MODE"});
    table.add({"one", "review"});
    table.add({"Los Santos", "auto"});
    CHECK(table.print() == "NAME        MODE\none         review\nLos Santos  auto\n");
}

TEST_CASE("width counts characters, not bytes") {
    Table table({"NAME", "MODE"});
    table.add({"Zürich", "auto"});
    CHECK(table.print() == "NAME    MODE\nZürich  auto\n");
}

TEST_CASE("a table never exceeds the console, and the widest column gives way") {
    Table table({"CODE", "FROM", "REASON"});
    table.add({"ABCD-EFGH", "staff", std::string(300, 'x')});
    table.add({"ABCD-EFGH", "Los Santos One", "short"});
    const auto lines = lines_of(table.print());
    REQUIRE(lines.size() == 3);
    for (const auto& line : lines)
        CHECK(text_width(line) <= kConsoleWidth);
    CHECK(text_width(lines[1]) == kConsoleWidth);
    CHECK(lines[1].ends_with("x…"));
    CHECK(lines[2] == "ABCD-EFGH  Los Santos One  short");
}

TEST_CASE("what a game server names itself cannot steer the console") {
    CHECK(printable("a\x1b[31mb") == "a?[31mb");
    CHECK(printable("two\nlines\tand a tab") == "two lines and a tab");
    CHECK(printable("\x7f\x07") == "??");
    CHECK(
        printable("\xc2\x9b"
                  "31m") == "?31m"
    );  // C1: CSI
    CHECK(
        printable("\xe2\x80\xae"
                  "evil") == "?evil"
    );                                                  // right-to-left override
    CHECK(printable("\xff\xfe ok \xc3") == "?? ok ?");  // no UTF-8
    CHECK(printable("Zürich – 😀") == "Zürich – 😀");
}

TEST_CASE("shortening cuts between characters") {
    CHECK(shorten("abc", 3) == "abc");
    CHECK(shorten("abcd", 3) == "ab…");
    CHECK(shorten("üüüü", 3) == "üü…");
    CHECK(shorten("abcd", 1) == "…");
    CHECK(shorten("abcd", 0).empty());
}

TEST_CASE("fields stand in one column") {
    CHECK(print_fields({{"id", "srv_a"}, {"waiting", "3"}}) == "id       srv_a\nwaiting  3\n");
}

TEST_CASE("a field that is too long goes on in the next line, under its own beginning") {
    std::string reason;
    for (int i = 0; i < 40; ++i)
        reason += "word" + std::to_string(i) + " ";
    const auto text = print_fields({{"code", "x"}, {"reason", reason + std::string(150, 'y')}});
    const auto lines = lines_of(text);
    REQUIRE(lines.size() > 4);
    for (const auto& line : lines)
        CHECK(text_width(line) <= kConsoleWidth);
    CHECK(lines[1].starts_with("reason  word0 word1 "));
    CHECK(lines[2].starts_with("        word"));
    CHECK(lines.back().starts_with("        yyy"));
}
