// The table of docs/protocol.md §5 and the one in the code say the same.
#include "base/outcome.h"

#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <regex>
#include <string>

using namespace drawbridge::base;

namespace {

struct Row {
    unsigned status = 0;
    bool is_signed = false;
};

std::map<std::string, Row> documented() {
    std::ifstream document(std::string(DRAWBRIDGE_TEST_DATA) + "/../docs/protocol.md");
    REQUIRE(document);
    const std::regex row(R"(^\| `([a-z_]+)` \| (\d{3}) \| (yes|no) \|.*)");
    std::map<std::string, Row> rows;
    std::smatch found;
    for (std::string line; std::getline(document, line);) {
        if (!std::regex_match(line, found, row)) continue;
        rows[found[1]] = {static_cast<unsigned>(std::stoul(found[2])), found[3] == "yes"};
    }
    return rows;
}

}  // namespace

TEST_CASE("every refusal stands in the protocol with its status, and no other does") {
    auto rows = documented();
    for (std::size_t i = 0; i < kOutcomeCount; ++i) {
        const auto outcome = static_cast<Outcome>(i);
        if (outcome == Outcome::accepted || outcome == Outcome::no_content) continue;
        const auto info = describe(outcome);
        const std::string code(info.code);
        CAPTURE(code);
        REQUIRE(rows.contains(code));
        CHECK(rows[code].status == info.status);
        CHECK(rows[code].is_signed == info.is_signed);
        rows.erase(code);
    }
    CHECK(rows.empty());
}
