// Every route of the router, asked with an operator's token.
#include "admin/fixture.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <string>

using drawbridge::test::AdminFixture;
namespace admin = drawbridge::admin;

TEST_CASE("an operator is refused on every route but those of the operator's view") {
    // Written out, so that a route becomes visible to operators on purpose only.
    const std::set<std::string> visible{
        "GET servers",
        "GET servers/{}",
        "GET events",
        "GET players/{}",
        "GET bans",
        "GET bans/{}",
        "GET review",
        "GET review/{}",
    };
    AdminFixture fixture;
    REQUIRE(fixture.send("POST", "servers", {{"name", "one"}}).status == 201);
    std::set<std::string> answered;
    for (const auto& route : fixture.router().routes()) {
        const auto name = fmt::format("{} {}", route.method, fmt::join(route.pattern, "/"));
        CAPTURE(name);
        admin::Request request;
        request.method = route.method;
        for (const auto& segment : route.pattern) {
            request.path.push_back(segment == "{}" ? "1" : segment);
        }
        request.body = "{}";
        request.admin = "bob";
        request.owner = 1;
        request.now = AdminFixture::kNow;
        const auto reply = fixture.router().route(fixture.context(), request);
        if (reply.status == 403) continue;
        answered.insert(name);
        CHECK((reply.status == 200 || reply.status == 404));
    }
    CHECK(answered == visible);
}
