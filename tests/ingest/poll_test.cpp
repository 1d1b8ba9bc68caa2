#include "ingest/poll.h"

#include "ingest/fixture.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;
using ingest::parse_poll_query;

TEST_CASE("a poll's query has one form") {
    CHECK(parse_poll_query("?network=0&owner=0&wait=0"));
    const auto query = parse_poll_query("?network=00000000000000ff-7&owner=0&wait=30");
    REQUIRE(query);
    CHECK(query->network == Cursor{255, 7});
    CHECK(query->wait_seconds == 30);
    for (const auto* bad :
         {"?",
          "?network=0",
          "?network=0&owner=0",
          "?owner=0&network=0&wait=0",
          "?network=0&owner=0&wait=31",
          "?network=0&owner=0&wait=-1",
          "?network=0&owner=0&wait=",
          "?network=0&owner=0&wait=01",
          "?network=0&owner=0&wait=0&x=1",
          "?network=1&owner=0&wait=0",
          "?network=0&network=0&owner=0&wait=0",
          "?network=FF-1&owner=0&wait=0"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_poll_query(bad));
    }
}

TEST_CASE("a poll parks when nothing is new, and is ready after a change") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    GateFixture::Lists lists;
    fixture.sync(a, lists);
    const auto target = fmt::format(
        "/v1/bans?network={}&owner={}&wait=30",
        print_cursor(lists.network.cursor()).view(),
        print_cursor(lists.owner.cursor()).view()
    );
    CHECK(fixture.get(a, target).parked);
    int wakes = 0;
    fixture.gate().on_change([&] { ++wakes; });
    (void)fixture.ban(a, player({{"license", 1}}));
    CHECK(wakes == 1);
    const auto news = fixture.get(a, target);
    CHECK(news.status() == 200);
    CHECK(news.is_signed);
    fixture.gate().on_change(nullptr);
}

TEST_CASE("cursors that cannot be served by a delta get a snapshot") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    (void)fixture.ban(a, player({{"license", 1}}));
    const auto view = fixture.network().lists.view(bans::kNetworkList);
    const auto from_of = [&](const Cursor& cursor) {
        const auto answer = fixture.get(
            a,
            fmt::format("/v1/bans?network={}&owner=0&wait=0", print_cursor(cursor).view())
        );
        REQUIRE(answer.status() == 200);
        const auto bytes = answer.bytes();
        return decode_header(as_bytes(bytes)).header->from;
    };
    CHECK(from_of({view->lineage, 1}) == 1);
    CHECK(from_of({}) == 0);
    CHECK(from_of({view->lineage + 1, 1}) == 0);
    CHECK(from_of({view->lineage, 999}) == 0);
}

TEST_CASE("a long history is served as base and delta, and old cursors as a snapshot") {
    GateFixture fixture;
    auto a = fixture.add_server("a", PropagationMode::automatic);
    GateFixture::Lists early;
    fixture.sync(a, early);
    for (int batch = 0; batch < 50; ++batch) {
        std::string events;
        for (int i = 0; i < 100; ++i) {
            events += fmt::format(
                R"({}{{"id":"{}","type":"ban","at":1,"target":{},"category":"raid","reason":"r",)"
                R"("duration":0}})",
                i == 0 ? "" : ",",
                fresh_uuid(fixture.now),
                player({{"license", batch * 100 + i}})
            );
        }
        REQUIRE(fixture.post(a, "/v1/events", "{\"events\":[" + events + "]}").status() == 200);
    }
    GateFixture::Lists fresh;
    fixture.sync(a, fresh);
    CHECK(fresh.network.size() == 5000);
    fixture.sync(a, early);  // 5,000 versions behind: beyond what is kept
    CHECK(early.network.size() == 5000);
    CHECK(early.network.checksum() == fresh.network.checksum());
}
