#include "events/decode.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

using namespace drawbridge;
using namespace drawbridge::events;
using base::EventOutcome;

namespace {

constexpr std::string_view kId = "0192f0c1-2b3d-7abc-8def-0123456789ab";
const std::string kTag(43, 'A');
const std::string kTarget = fmt::format(R"({{"tags":[{{"type":"license","tag":"{}"}}]}})", kTag);

/// One event of `type` with `members`, decoded.
DecodedEvent decode_one(std::string_view type, std::string_view members) {
    const auto body = fmt::format(
        R"({{"events":[{{"id":"{}","type":"{}","at":1763690000000{}{}}}]}})",
        kId,
        type,
        members.empty() ? "" : ",",
        members
    );
    const auto decoded = decode_events(body);
    REQUIRE_MESSAGE(decoded, body);
    REQUIRE(decoded.value().size() == 1);
    return decoded.value().front();
}

std::string rejected_field(std::string_view type, std::string_view members) {
    const auto event = decode_one(type, members);
    const auto* rejected = std::get_if<RejectedEvent>(&event);
    return rejected == nullptr ? "" : rejected->error.field;
}

struct Sample {
    std::string_view type;
    std::string members;
};

/// A whole event of every type.
std::vector<Sample> samples() {
    const auto target = R"("target":)" + kTarget;
    const auto session = fmt::format(R"("session":"{}")", kId);
    return {
        {"join", session + R"(,"player":)" + kTarget},
        {"leave", session + R"(,"drop_reason":2,"seconds":60)"},
        {"ban", target + R"(,"category":"cheating","reason":"aim","duration":0)"},
        {"unban", R"("code":"ABCD-EFGH")"},
        {"kick", target + R"(,"reason":"afk")"},
        {"warn", target + R"(,"reason":"afk","issuer":"Sam")"},
        {"heartbeat",
         R"("uptime":1,"players":2,"lists":{"network":"0","owner":"0"},"outbox":0,"dropped":0,)"
         R"("resource_version":"0.1.0")"},
        {"player_count", R"("players":2,"max_players":64)"},
        {"report", target + R"(,"category":"other","text":"rude")"},
        {"detection", target + R"(,"detector":"x","category":"cheating","confidence":90)"},
        {"error", R"("where":"gate","message":"m")"},
    };
}

}  // namespace

TEST_CASE("an event of every type is taken") {
    for (const auto& sample : samples()) {
        CAPTURE(sample.type);
        const auto event = decode_one(sample.type, sample.members);
        REQUIRE(std::holds_alternative<Event>(event));
        CHECK(type_name(std::get<Event>(event).type) == sample.type);
    }
}

TEST_CASE("every type refuses a member it does not have, and one that is missing") {
    for (const auto& sample : samples()) {
        CAPTURE(sample.type);
        CHECK(rejected_field(sample.type, sample.members + R"(,"surplus":1)") == "surplus");
        CHECK_FALSE(rejected_field(sample.type, "").empty());
    }
}

TEST_CASE("fields are refused by name") {
    const auto session = fmt::format(R"("session":"{}")", kId);
    const auto target = R"("target":)" + kTarget;
    CHECK(rejected_field("join", R"("session":"x","player":)" + kTarget) == "session");
    CHECK(rejected_field("join", session + R"(,"player":{"tags":[]})") == "player.tags");
    CHECK(
        rejected_field("join", session + R"(,"player":{"tags":[{"type":"license"}]})") ==
        "player.tags[0].tag"
    );
    CHECK(
        rejected_field("join", session + R"(,"player":{"tags":[{"type":"token","tag":"x"}]})") ==
        "player.tags[0].type"
    );
    CHECK(
        rejected_field("ban", target + R"(,"category":"bad","reason":"x","duration":0)") ==
        "category"
    );
    CHECK(
        rejected_field("ban", target + R"(,"category":"scam","reason":"","duration":0)") == "reason"
    );
    CHECK(
        rejected_field("ban", target + R"(,"category":"scam","reason":"x","duration":-1)") ==
        "duration"
    );
    CHECK(
        rejected_field("ban", target + R"(,"category":"scam","reason":"x","duration":1.5)") ==
        "duration"
    );
    CHECK(rejected_field("unban", R"("code":"ABCD-EFG0")") == "code");
    CHECK(rejected_field("kick", target + R"(,"reason":"a\u0007b")") == "reason");
    CHECK(rejected_field("player_count", R"("players":2049,"max_players":64)") == "players");
    CHECK(
        rejected_field(
            "detection",
            target + R"(,"detector":"x","category":"raid","confidence":"9")"
        ) == "confidence"
    );
}

TEST_CASE("a player is named by an account, each type and token once") {
    const auto join = [](std::string_view player) {
        return rejected_field("join", fmt::format(R"("session":"{}","player":{})", kId, player));
    };
    const auto tag = [](std::string_view type) {
        return fmt::format(R"({{"type":"{}","tag":"{}"}})", type, kTag);
    };
    CHECK(join(fmt::format(R"({{"tags":[{}]}})", tag("ip"))) == "player.tags");
    CHECK(
        join(fmt::format(R"({{"tags":[{},{}]}})", tag("steam"), tag("steam"))) ==
        "player.tags[1].type"
    );
    CHECK(
        join(fmt::format(R"({{"tags":[{}],"tokens":["{}","{}"]}})", tag("steam"), kTag, kTag)) ==
        "player.tokens[1]"
    );
    CHECK(join(fmt::format(R"({{"tags":[{}],"name":""}})", tag("steam"))) == "player.name");
    CHECK(join(fmt::format(R"({{"tags":[{}],"name":"Ä ö"}})", tag("steam"))).empty());
}

TEST_CASE("tags of addresses are checked and let go") {
    const auto tag = [](std::string_view type, std::string_view value) {
        return fmt::format(R"({{"type":"{}","tag":"{}"}})", type, value);
    };
    const auto player = [&](std::string_view address) {
        return fmt::format(R"({{"tags":[{},{}]}})", address, tag("license", kTag));
    };
    const auto other = "x" + std::string(kTag).substr(1);
    const auto report = [&](std::string_view address) {
        return fmt::format(
            R"({{"events":[{{"id":"{}","type":"report","at":1,"target":{},"reporter":{},)"
            R"("category":"scam","text":"\"type\":\"ip\""}}]}})",
            kId,
            player(address),
            player(address)
        );
    };
    const auto decoded = decode_events(report(tag("ip", other)));
    REQUIRE(decoded);
    REQUIRE(std::holds_alternative<Event>(decoded.value().front()));
    const auto& event = std::get<Event>(decoded.value().front());
    CHECK(event.payload.find(other) == std::string::npos);
    CHECK(event.payload.find(R"("tags":[{"type":"license")") != std::string::npos);
    CHECK(event.payload.find(R"("text":"\"type\":\"ip\"")") != std::string::npos);
    const auto& about = std::get<drawbridge::events::Report>(event.body);
    REQUIRE(about.target.tags.size() == 1);
    CHECK(about.target.tags.front().type == drawbridge::IdentifierType::license);

    const auto bad = decode_events(report(tag("ip", "short")));
    REQUIRE(bad);
    CHECK(std::get<RejectedEvent>(bad.value().front()).error.field == "target.tags[0].tag");
}

TEST_CASE("names count in code points") {
    std::string name;
    for (int i = 0; i < 128; ++i)
        name += "ä";
    const auto player = [](const std::string& text) {
        return fmt::format(
            R"("session":"{}","player":{{"tags":[{{"type":"license","tag":"{}"}}],"name":"{}"}})",
            kId,
            kTag,
            text
        );
    };
    CHECK(rejected_field("join", player(name)).empty());
    CHECK(rejected_field("join", player(name + "x")) == "player.name");
}

TEST_CASE("a bad event leaves its neighbours") {
    const auto good = fmt::format(
        R"({{"id":"{}","type":"player_count","at":1,"players":1,"max_players":2}})",
        kId
    );
    const auto body = fmt::format(
        R"({{"events":[{},{},7,{}]}})",
        good,
        R"({"id":"nonsense","type":"join","at":1})",
        good
    );
    const auto decoded = decode_events(body);
    REQUIRE(decoded);
    REQUIRE(decoded.value().size() == 4);
    CHECK(std::holds_alternative<Event>(decoded.value()[0]));
    CHECK(std::get<RejectedEvent>(decoded.value()[1]).error.field == "id");
    CHECK(std::get<RejectedEvent>(decoded.value()[1]).id == "nonsense");
    CHECK_FALSE(std::get<RejectedEvent>(decoded.value()[2]).id);
    CHECK(std::holds_alternative<Event>(decoded.value()[3]));
}

TEST_CASE("unknown types and oversized events have their own outcomes") {
    CHECK(
        std::get<RejectedEvent>(decode_one("teleport", "")).outcome == EventOutcome::unknown_type
    );
    const auto huge = fmt::format(R"("where":"{}","message":"m")", std::string(20'000, 'x'));
    CHECK(std::get<RejectedEvent>(decode_one("error", huge)).outcome == EventOutcome::too_large);
}

TEST_CASE("bodies are refused whole only when they are no batch") {
    CHECK(decode_events("[]").error().outcome() == base::Outcome::bad_field);
    CHECK(decode_events("{").error().outcome() == base::Outcome::bad_json);
    CHECK(decode_events(R"({"events":[]})").error().error.field == "events");
    CHECK(decode_events(R"({"events":[1],"x":1})").error().error.field == "x");
    std::string many = R"({"events":[0)";
    for (int i = 0; i < 500; ++i)
        many += ",0";
    CHECK(decode_events(many + "]}").error().error.field == "events");
}

TEST_CASE("hello, explain, rotate and enrol take what the protocol names") {
    CHECK(decode_hello(R"({"protocol":1,"resource_version":"1","tag_schemes":[1]})"));
    CHECK(
        decode_hello(R"({"protocol":2,"resource_version":"1","tag_schemes":[1]})")
            .error()
            .error.field == "protocol"
    );
    CHECK(
        decode_hello(R"({"protocol":1,"resource_version":"1","tag_schemes":[2]})")
            .error()
            .error.field == "tag_schemes"
    );
    CHECK(
        decode_hello(
            R"({"protocol":1,"resource_version":"1","tag_schemes":[1],"server":{"join_code":"A!"}})"
        )
            .error()
            .error.field == "server.join_code"
    );
    CHECK(decode_enrol(R"({"protocol":1})"));
    CHECK(decode_rotate(R"({"public_key":"short"})").error().error.field == "public_key");
    CHECK(decode_rotate(fmt::format(R"({{"public_key":"{}"}})", kTag)));
    CHECK(decode_explain(fmt::format(
        R"({{"session":"{}","tags":[{{"type":"xbl","tag":"{}"}}],"tokens":[]}})",
        kId,
        kTag
    )));
}
