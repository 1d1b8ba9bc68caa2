#include "auth/random.h"
#include "ingest/fixture.h"
#include "shared/seal.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace drawbridge;
using namespace drawbridge::test;
using auth::PropagationMode;

namespace {

const std::string kHello = R"({"protocol":1,"resource_version":"0.1.0","tag_schemes":[1]})";

struct Rotation {
    Secret private_key = auth::random_secret();
    Sender next;
};

Answer rotate(GateFixture& fixture, Sender& sender, Rotation& rotation) {
    const auto public_key = rotation_public_key(rotation.private_key);
    const auto answer = fixture.post(
        sender,
        "/v1/secret/rotate",
        fmt::format(R"({{"public_key":"{}"}})", print_base64url(public_key).view())
    );
    if (answer.status() != 200) return answer;
    const auto json = answer.json();
    const auto box = parse_base64url<kBoxSealedBytes>(json.at("sealed").as_string());
    REQUIRE(box);
    rotation.next.secret = *open_rotated_secret(rotation.private_key, *box);
    rotation.next.key_id = json.at("key_id").as_string();
    rotation.next.epoch = sender.epoch + 1;
    return answer;
}

}  // namespace

TEST_CASE("a code buys the secret until the secret is used") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::review);
    auto code = fixture.code_of("one");
    for (int i = 0; i < 2; ++i) {
        const auto answer = fixture.post(code, "/v1/enrol", R"({"protocol":1})");
        REQUIRE_MESSAGE(answer.status() == 200, answer.bytes());
        CHECK(answer.is_signed);
        const auto json = answer.json();
        const auto sealed = parse_base64url<kSealedBytes>(json.at("sealed").as_string());
        REQUIRE(sealed);
        const auto secret =
            open_enrolled_secret(code.secret, json.at("key_id").as_string(), *sealed);
        REQUIRE(secret);
        CHECK(*secret == sender.secret);
        CHECK(json.at("key_id").as_string() == sender.key_id);
    }
    CHECK(fixture.post(code, "/v1/hello", kHello).code() == "wrong_key");
    CHECK(fixture.post(sender, "/v1/enrol", R"({"protocol":1})").code() == "wrong_key");
    REQUIRE(fixture.post(sender, "/v1/hello", kHello).status() == 200);
    CHECK(fixture.post(code, "/v1/enrol", R"({"protocol":1})").status() == 401);
}

TEST_CASE("a code ends after a day") {
    GateFixture fixture;
    (void)fixture.add_server("one", PropagationMode::review);
    auto code = fixture.code_of("one");
    fixture.now += base::kDayMs;
    CHECK(fixture.post(code, "/v1/enrol", R"({"protocol":1})").status() == 401);
}

TEST_CASE("both secrets work until the new one is used") {
    GateFixture fixture;
    auto old = fixture.add_server("one", PropagationMode::review);
    Rotation rotation;
    REQUIRE(rotate(fixture, old, rotation).status() == 200);
    const auto first = rotation.next;
    REQUIRE(rotate(fixture, old, rotation).status() == 200);
    CHECK(rotation.next.secret == first.secret);  // the same public key, the same answer
    CHECK(rotation.next.key_id == first.key_id);
    CHECK(fixture.post(old, "/v1/hello", kHello).status() == 200);
    CHECK(fixture.post(rotation.next, "/v1/hello", kHello).status() == 200);
    const auto dead = fixture.post(old, "/v1/hello", kHello);
    CHECK(dead.status() == 401);
    CHECK_FALSE(dead.is_signed);
    fixture.now += 3 * base::kHourMs;  // in use: no longer bound to its ten minutes
    CHECK(fixture.post(rotation.next, "/v1/hello", kHello).status() == 200);
}

TEST_CASE("another public key takes the pending secret's place") {
    GateFixture fixture;
    auto old = fixture.add_server("one", PropagationMode::review);
    Rotation first;
    Rotation second;
    REQUIRE(rotate(fixture, old, first).status() == 200);
    REQUIRE(rotate(fixture, old, second).status() == 200);
    CHECK(first.next.key_id != second.next.key_id);
    CHECK(fixture.post(first.next, "/v1/hello", kHello).status() == 401);
    CHECK(fixture.post(second.next, "/v1/hello", kHello).status() == 200);
}

TEST_CASE("an unused secret is gone after ten minutes, and the old one stays") {
    GateFixture fixture;
    auto old = fixture.add_server("one", PropagationMode::review);
    Rotation rotation;
    REQUIRE(rotate(fixture, old, rotation).status() == 200);
    fixture.now += 10 * base::kMinuteMs;
    CHECK(fixture.post(rotation.next, "/v1/hello", kHello).status() == 401);
    CHECK(fixture.post(old, "/v1/hello", kHello).status() == 200);
}

TEST_CASE("staff's rotation ends both at once") {
    GateFixture fixture;
    auto old = fixture.add_server("one", PropagationMode::review);
    Rotation rotation;
    REQUIRE(rotate(fixture, old, rotation).status() == 200);
    fixture.unit([&](ingest::UnitOfWork& work) {
        const auto row = *work.servers.find("one");
        (void)work.servers.rotate(row, fixture.now);
        work.server_changed(row);
    });
    CHECK(fixture.post(old, "/v1/hello", kHello).status() == 401);
    CHECK(fixture.post(rotation.next, "/v1/hello", kHello).status() == 401);
}

TEST_CASE("a public key of low order is refused by name") {
    GateFixture fixture;
    auto sender = fixture.add_server("one", PropagationMode::review);
    const auto answer = fixture.post(
        sender,
        "/v1/secret/rotate",
        fmt::format(R"({{"public_key":"{}"}})", std::string(43, 'A'))
    );
    CHECK(answer.code() == "bad_field");
    CHECK(answer.json().at("field") == "public_key");
}
