#include "shared/ids.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

namespace {

template <typename Predicate>
void check_names(std::string_view list, Predicate is) {
    const auto& all = test::vectors("ids");
    for (const auto& good : all.at(list).at("good").as_array()) {
        CAPTURE(good);
        CHECK(is(std::string_view(good.as_string())));
    }
    for (const auto& bad : all.at(list).at("bad").as_array()) {
        CAPTURE(bad);
        CHECK_FALSE(is(std::string_view(bad.as_string())));
    }
}

}  // namespace

TEST_CASE("ids: server and owner ids") {
    check_names("server_ids", is_server_id);
    check_names("owner_ids", is_owner_id);
}

TEST_CASE("ids: a printed id is one, and every bit of the randomness is in it") {
    const auto first = print_server_id(0);
    CHECK(first.view() == "srv_aaaaaaaaaaaa");
    CHECK(print_owner_id(31).view() == "own_7aaaaaaaaaaa");
    for (unsigned bit = 0; bit < 60; ++bit) {
        const auto id = print_server_id(std::uint64_t{1} << bit);
        CHECK(is_server_id(id.view()));
        CHECK_FALSE(id == first);
    }
}

TEST_CASE("ids: key ids") {
    const auto& cases = test::vectors("ids").at("key_ids");
    for (const auto& good : cases.at("good").as_array()) {
        const auto text = test::text(good, "text");
        const auto key_id = parse_key_id(text);
        REQUIRE(key_id);
        CHECK(key_id->server_id.view() == test::text(good, "server_id"));
        CHECK(key_id->generation == test::number(good, "generation"));
        CHECK(key_id->is_enrolment() == text.starts_with("enrol:"));
        CHECK(print_key_id(*key_id).view() == text);
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        CHECK_FALSE(parse_key_id(bad.as_string()));
    }
}

TEST_CASE("ids: ban codes") {
    const auto& cases = test::vectors("ids").at("ban_codes");
    for (const auto& good : cases.at("good").as_array()) {
        const auto number = test::number(good, "number");
        const auto code = test::text(good, "code");
        CHECK(print_ban_code(number).view() == code);
        CHECK(parse_ban_code(code) == number);
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        CHECK_FALSE(parse_ban_code(bad.as_string()));
    }
}

TEST_CASE("ids: UUIDs of version 7") {
    const auto& cases = test::vectors("ids").at("uuids");
    for (const auto& good : cases.at("good").as_array()) {
        const auto text = test::text(good, "text");
        const auto uuid = parse_uuid7(text);
        REQUIRE(uuid);
        CHECK(*uuid == test::fixed<16>(good, "bytes"));
        CHECK(uuid7_time_ms(*uuid) == test::number(good, "time_ms"));
        CHECK(print_uuid(*uuid).view() == text);
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        CHECK_FALSE(parse_uuid7(bad.as_string()));
    }
}

TEST_CASE("ids: cursors") {
    const auto& cases = test::vectors("ids").at("cursors");
    for (const auto& good : cases.at("good").as_array()) {
        const auto text = test::text(good, "text");
        const auto cursor = parse_cursor(text);
        REQUIRE(cursor);
        CHECK(print_hex64(cursor->lineage).view() == test::text(good, "lineage"));
        CHECK(cursor->version == test::number(good, "version"));
        CHECK(print_cursor(*cursor).view() == text);
    }
    for (const auto& bad : cases.at("bad").as_array()) {
        CAPTURE(bad);
        CHECK_FALSE(parse_cursor(bad.as_string()));
    }
    CHECK(print_cursor({7, 0}).view() == "0");
}
