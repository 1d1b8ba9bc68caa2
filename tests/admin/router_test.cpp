#include "admin/router.h"

#include "admin/query.h"

#include <doctest/doctest.h>

#include <string>

using namespace drawbridge::admin;

TEST_CASE("paths are split before they are decoded") {
    CHECK(split_path("servers/a%2Fb/mode") == std::vector<std::string>{"servers", "a/b", "mode"});
    CHECK(split_path("servers/Los%20Santos") == std::vector<std::string>{"servers", "Los Santos"});
    CHECK(split_path("%zz/%4") == std::vector<std::string>{"%zz", "%4"});
    CHECK(split_path("") == std::vector<std::string>{""});
    CHECK(split_path("a//b/") == std::vector<std::string>{"a", "", "b", ""});
}

TEST_CASE("parameters are read by name, and one nobody asked for is wrong") {
    Request request;
    request.query = {{"limit", "20"}, {"after", "7"}, {"server", "one"}};
    SUBCASE("good") {
        Parameters parameters(request);
        CHECK(parameters.limit(100, 500) == 20);
        CHECK(parameters.integer("after") == 7);
        CHECK(parameters.text("server") == "one");
        CHECK_FALSE(parameters.text("type").has_value());
        CHECK_FALSE(parameters.problem().has_value());
    }
    SUBCASE("unknown") {
        Parameters parameters(request);
        CHECK(parameters.limit(100, 500) == 20);
        CHECK(parameters.integer("after") == 7);
        const auto problem = parameters.problem();
        REQUIRE(problem.has_value());
        CHECK(problem->status == 400);
        CHECK(problem->body.find(R"("field":"server")") != std::string::npos);
    }
}

TEST_CASE("numbers out of range or shape are refused") {
    for (const auto* text : {"0", "501", "-1", "x", "", "1e3", "007", "99999999999999999999"}) {
        CAPTURE(text);
        Request request;
        request.query = {{"limit", text}};
        Parameters parameters(request);
        const auto limit = parameters.limit(100, 500);
        CHECK(limit >= 1);
        CHECK(limit <= 500);
        CHECK(parameters.problem().has_value());
    }
}
