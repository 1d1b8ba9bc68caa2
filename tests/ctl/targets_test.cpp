#include "ctl/targets.h"

#include "ctl/exit_code.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using namespace drawbridge::ctl;
using drawbridge::IdentifierType;

namespace {

const std::string kLicense = "license:00112233445566778899AABBCCDDEEFF00112233";

}  // namespace

TEST_CASE("identifiers come from arguments and, for a hyphen, from standard input") {
    std::istringstream input("discord:100000000000000001\n\n  fivem:42\n");
    const auto found = read_targets({kLicense, "-"}, input);
    REQUIRE(found.size() == 3);
    CHECK(found[0].type == IdentifierType::license);
    CHECK(found[0].value.view() == "00112233445566778899aabbccddeeff00112233");
    CHECK(found[1].type == IdentifierType::discord);
    CHECK(found[2].type == IdentifierType::fivem);
}

TEST_CASE("a wrong identifier is named by its place, never by its value") {
    std::istringstream none;
    for (const auto* wrong :
         {"discord:5551234", "nothing", "token:2:AB", "spotify:5551234", "ip:5551234"}) {
        CAPTURE(wrong);
        try {
            (void)read_targets({kLicense, wrong}, none);
            FAIL("accepted");
        } catch (const Failure& failure) {
            const std::string text = failure.what();
            CHECK(failure.code == ExitCode::usage);
            CHECK(text.find("identifier 2") != std::string::npos);
            CHECK(text.find("5551234") == std::string::npos);
            CHECK(text.find("nothing") == std::string::npos);
        }
    }
}

TEST_CASE("no identifier and too many are refused") {
    std::istringstream none;
    CHECK_THROWS_AS((void)read_targets({"-"}, none), Failure);
    CHECK_THROWS_AS((void)read_targets(std::vector<std::string>(17, kLicense), none), Failure);
}

TEST_CASE("targets are encoded part by part") {
    CHECK(make_target({"servers", "a/b c?ü"}) == "/admin/v1/servers/a%2Fb%20c%3F%C3%BC");
    CHECK(
        make_target({"bans"}, {{"state", "active"}, {"server", std::nullopt}, {"after", "A&B"}}) ==
        "/admin/v1/bans?state=active&after=A%26B"
    );
}
