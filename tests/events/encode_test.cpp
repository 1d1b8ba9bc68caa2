#include "events/encode.h"

#include "events/json.h"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace drawbridge;
using namespace drawbridge::events;

namespace {

const Stamp kStamp{"0123456789abcdef", 1'763'690'000'000};

boost::json::object parsed(const std::string& body) {
    auto value = parse_json(body);
    REQUIRE_MESSAGE(value, body);
    return value.value().get_object();
}

}  // namespace

TEST_CASE("results are JSON whatever an id or a reason holds") {
    Verdict verdict;
    verdict.decision = Decision::ban;
    verdict.ban = bans::Ban{};
    verdict.ban->number = 1;
    verdict.ban->reason = "\"quoted\"\n<b>";
    verdict.matched = {IdentifierType::license, IdentifierType::token};
    const std::vector<EventResult> results{
        {"a\"b", base::EventOutcome::stored, encode_verdict(verdict), {}},
        {std::nullopt, base::EventOutcome::bad_field, "", {"id", "expected \"x\""}},
        {"c", base::EventOutcome::duplicate, "", {}},
    };
    const auto answer = parsed(encode_events_answer(kStamp, results, {"0", "0"}));
    const auto& array = answer.at("results").as_array();
    REQUIRE(array.size() == 3);
    CHECK(array[0].at("id") == "a\"b");
    CHECK(array[0].at("verdict").at("reason") == "\"quoted\"\n<b>");
    CHECK(array[0].at("verdict").at("expires_at").is_null());
    CHECK(boost::json::serialize(array[0].at("verdict").at("matched")) == R"(["license","token"])");
    CHECK(array[1].at("id").is_null());
    CHECK(array[1].at("status") == "rejected");
    CHECK(array[1].at("code") == "bad_field");
    CHECK(array[2].at("status") == "duplicate");
}

TEST_CASE("a problem tells its code, and the time only where it is signed") {
    Problem problem;
    problem.outcome = base::Outcome::stale_epoch;
    problem.highest_epoch = 7;
    const auto with_stamp = parsed(encode_problem(problem, &kStamp));
    CHECK(with_stamp.at("code") == "stale_epoch");
    CHECK(with_stamp.at("type") == "urn:drawbridge:problem:stale_epoch");
    CHECK(with_stamp.at("status") == 409);
    CHECK(with_stamp.at("highest_epoch") == 7);
    CHECK(with_stamp.at("server_time") == kStamp.now);
    CHECK_FALSE(parsed(encode_problem(problem, nullptr)).contains("server_time"));
}
