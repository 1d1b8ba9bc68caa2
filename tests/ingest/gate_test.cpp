#include "ingest/gate.h"

#include "ingest/fixture.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;

namespace {

const std::string kHello = R"({"protocol":1,"resource_version":"0.1.0","tag_schemes":[1]})";

}  // namespace

TEST_CASE("hello answers who we are, signed") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::review);
    const auto answer = fixture.post(sender, "/v1/hello", kHello);
    CHECK(answer.is_signed);
    REQUIRE(answer.status() == 200);
    const auto json = answer.json();
    CHECK(json.at("server").at("mode") == "review");
    CHECK(json.at("boot_id").as_string().size() == 16);
    const auto sealed = parse_base64url<kSealedBytes>(json.at("tag_key").at("sealed").as_string());
    REQUIRE(sealed);
    const auto server_id = std::string(json.at("server").at("id").as_string());
    const auto key = open_tag_key(sender.secret, server_id, 1, *sealed);
    REQUIRE(key);
    CHECK(*key == *fixture.network().tag_key);
}

TEST_CASE("what is altered after signing is refused, uniformly and unsigned") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::review);
    const auto alterations = std::vector<GateFixture::Alter>{
        [](http::Request& request) { request.body.back() = ' '; },
        [](http::Request& request) { request.head.target = "/v1/events"; },
        [](http::Request& request) { request.head.target = "/v1/hello?x=1"; },
        [](http::Request& request) {
            request.head.content_type = "application/json; charset=utf-8";
        },
        [](http::Request& request) { request.head.signature_input.reset(); },
        [](http::Request& request) { request.head.signature.reset(); },
    };
    for (const auto& alter : alterations) {
        const auto answer = fixture.send(sender, http::Method::post, "/v1/hello", kHello, alter);
        CHECK(answer.status() == 401);
        CHECK_FALSE(answer.is_signed);
        CHECK(answer.code() == "unauthorized");
    }
    auto wrong = sender;
    wrong.secret = Secret();
    CHECK(fixture.post(wrong, "/v1/hello", kHello).status() == 401);
    wrong = sender;
    wrong.key_id.back() = '7';
    CHECK(fixture.post(wrong, "/v1/hello", kHello).status() == 401);
    CHECK(fixture.post(sender, "/v1/hello", kHello).status() == 200);
}

TEST_CASE("a repeated request is refused, and a restart closes the epoch") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::review);
    REQUIRE(fixture.post(sender, "/v1/hello", kHello).status() == 200);
    sender.counter = 0;
    const auto replayed = fixture.post(sender, "/v1/hello", kHello);
    CHECK(replayed.status() == 409);
    CHECK(replayed.is_signed);
    CHECK(replayed.code() == "replayed");

    fixture.restart();
    sender.counter = 50;
    const auto stale = fixture.post(sender, "/v1/hello", kHello);
    CHECK(stale.code() == "stale_epoch");
    CHECK(stale.json().at("highest_epoch") == sender.epoch);
    ++sender.epoch;
    CHECK(fixture.post(sender, "/v1/hello", kHello).status() == 200);
}

TEST_CASE("a refused request opens no epoch for later") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::review);
    const auto refused = fixture.post(sender, "/v1/hello", "{}");
    CHECK(refused.status() == 400);
    CHECK(refused.is_signed);
    // The epoch is open in memory only: the next good request records it.
    CHECK(fixture.post(sender, "/v1/hello", kHello).status() == 200);
    fixture.restart();
    CHECK(fixture.post(sender, "/v1/hello", kHello).code() == "stale_epoch");
}

TEST_CASE("the clock may be five minutes off") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::review);
    const auto at = [&](base::UnixMs offset) {
        return fixture.send(sender, http::Method::post, "/v1/hello", kHello, [&](http::Request&) {
            fixture.now = kNow + offset;
        });
    };
    CHECK(at(301'000).code() == "clock_skew");
    fixture.now = kNow;
    const auto skewed = at(-301'000);
    CHECK(skewed.code() == "clock_skew");
    CHECK(skewed.is_signed);
    CHECK(skewed.json().at("server_time") == kNow - 301'000);
    fixture.now = kNow;
    CHECK(at(300'000).status() == 200);
}

TEST_CASE("suspended servers are told so") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::review);
    const auto set = [&](bool suspended) {
        fixture.unit([&](ingest::UnitOfWork& work) {
            const auto row = *work.servers.find("one");
            work.servers.set_suspended(row, suspended);
            work.server_changed(row);
        });
    };
    set(true);
    const auto refused = fixture.post(sender, "/v1/hello", kHello);
    CHECK(refused.status() == 403);
    CHECK(refused.is_signed);
    CHECK(refused.code() == "suspended");
    set(false);
    CHECK(fixture.post(sender, "/v1/hello", kHello).status() == 200);
}

TEST_CASE("routes, methods and types are refused before anything is read") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::review);
    CHECK(fixture.post(sender, "/v1/nothing", "{}").status() == 404);
    CHECK(fixture.get(sender, "/v1/hello").status() == 405);
    const auto altered = [&](const GateFixture::Alter& alter) {
        return fixture.send(sender, http::Method::post, "/v1/hello", kHello, alter).status();
    };
    CHECK(altered([](auto& request) { request.head.content_type = "text/plain"; }) == 415);
    CHECK(altered([](auto& request) { request.head.content_encoding = "gzip"; }) == 415);
    CHECK(altered([](auto& request) { request.head.authority = "other.test"; }) == 421);
    CHECK(altered([](auto& request) { request.head.content_length = 20'000; }) == 413);
}

TEST_CASE("events are stored once, whatever is sent again") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::automatic);
    const auto body = fmt::format(
        R"({{"events":[{{"id":"{}","type":"ban","at":{},"target":{},"category":"scam",)"
        R"("reason":"r","duration":0}}]}})",
        fresh_uuid(kNow),
        kNow,
        player({{"license", 1}})
    );
    const auto first = fixture.post(sender, "/v1/events", body).json();
    const auto again = fixture.post(sender, "/v1/events", body).json();
    const auto& stored = first.at("results").at(0);
    const auto& duplicate = again.at("results").at(0);
    CHECK(stored.at("status") == "stored");
    CHECK(duplicate.at("status") == "duplicate");
    CHECK(duplicate.at("ban") == stored.at("ban"));
    fixture.restart();
    ++sender.epoch;
    const auto later = fixture.post(sender, "/v1/events", body).json();
    CHECK(later.at("results").at(0).at("status") == "duplicate");
    CHECK(later.at("results").at(0).at("ban") == stored.at("ban"));
}

TEST_CASE("an id is good for 73 hours, and five minutes ahead") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::automatic);
    const auto status = [&](base::UnixMs made) {
        const auto body = fmt::format(
            R"({{"events":[{{"id":"{}","type":"player_count","at":1,"players":1,"max_players":1}}]}})",
            fresh_uuid(made)
        );
        const auto answer = fixture.post(sender, "/v1/events", body).json();
        const auto& result = answer.at("results").at(0).as_object();
        return std::string(
            result.contains("code") ? result.at("code").as_string()
                                    : result.at("status").as_string()
        );
    };
    CHECK(status(kNow - 73 * base::kHourMs) == "stored");
    CHECK(status(kNow - 73 * base::kHourMs - 1) == "too_old");
    CHECK(status(kNow + 5 * base::kMinuteMs) == "stored");
    CHECK(status(kNow + 5 * base::kMinuteMs + 1) == "in_future");
}

TEST_CASE("a revocation that is committed first wins over an admitted request") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::automatic);
    REQUIRE(fixture.post(sender, "/v1/hello", kHello).status() == 200);
    fixture.unit([&](ingest::UnitOfWork& work) {
        const auto row = *work.servers.find("one");
        (void)work.servers.rotate(row, kNow);
        // Not yet told to the ring: the request below is admitted by the key that was revoked.
    });
    const auto refused = fixture.post(sender, "/v1/hello", kHello);
    CHECK(refused.status() == 401);
    CHECK_FALSE(refused.is_signed);
}
