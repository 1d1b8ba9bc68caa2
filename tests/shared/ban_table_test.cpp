#include "shared/ban_table.h"

#include "shared/random_list.h"
#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

namespace {

struct State {
    std::vector<std::uint8_t> snapshot;
    Cursor cursor;

    explicit State(const BanTable& table) : snapshot(table.snapshot()), cursor(table.cursor()) {}

    bool operator==(const State&) const = default;
};

BanTable held_table() {
    const auto& vectors = test::vectors("banlists");
    BanTable table(BanListKind::network);
    REQUIRE_FALSE(table.apply(test::bytes(vectors, "held")));
    CHECK(print_cursor(table.cursor()).view() == test::text(vectors, "held_cursor"));
    return table;
}

}  // namespace

TEST_CASE("ban table: a history of sections, and each state written out again") {
    const auto& vectors = test::vectors("banlists");
    BanTable table(BanListKind::network);
    CHECK(print_cursor(table.cursor()).view() == "0");
    for (const auto& step : vectors.at("history").as_array()) {
        const auto error = table.apply(test::bytes(step, "section"));
        REQUIRE_FALSE(error);
        CHECK(print_cursor(table.cursor()).view() == test::text(step, "cursor"));
        CHECK(table.size() == test::number(step, "size"));
        CHECK(table.snapshot() == test::bytes(step, "snapshot"));
        CHECK(table.tag_version() == test::number(vectors, "tag_version"));
    }
}

TEST_CASE("ban table: bad sections change nothing") {
    const auto& vectors = test::vectors("banlists");
    BanTable table = held_table();
    const State before(table);
    for (const auto& row : vectors.at("bad").as_array()) {
        CAPTURE(test::text(row, "note"));
        const auto error = table.apply(test::bytes(row, "section"));
        REQUIRE(error);
        CHECK_FALSE(error_text(*error).empty());
        CHECK(State(table) == before);
    }
}

TEST_CASE("ban table: a delta to an empty list is refused") {
    const auto& vectors = test::vectors("banlists");
    BanTable table(BanListKind::network);
    const auto delta = test::bytes(vectors.at("history").as_array()[1], "section");
    CHECK(table.apply(delta) == BanListError::wrong_from);
    CHECK(table.cursor() == Cursor{});
}

TEST_CASE("ban table: no changed bit of a section passes, and none changes the table") {
    const auto& history = test::vectors("banlists").at("history").as_array();
    BanTable table(BanListKind::network);
    REQUIRE_FALSE(table.apply(test::bytes(history[0], "section")));
    const State before(table);
    for (const std::size_t step : {0, 1}) {
        const auto good = test::bytes(history[step], "section");
        for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
            auto changed = good;
            changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
            CAPTURE(bit);
            // Names and versions of a section are guarded by the answer's signature, not by the
            // set checksum: a snapshot with another lineage or version is a snapshot.
            const bool named = bit / 8 >= 6 && bit / 8 < 16;
            const bool versioned = bit / 8 >= 24 && bit / 8 < 32;
            if (named || versioned) continue;
            CHECK(table.apply(changed));
            REQUIRE(State(table) == before);
        }
        for (std::size_t size = 0; size < good.size(); ++size) {
            CHECK(table.apply(Bytes(good).first(size)));
            REQUIRE(State(table) == before);
        }
    }
}

TEST_CASE("ban table: matching") {
    const BanTable table = held_table();
    for (const auto& row : test::vectors("banlists").at("matches").as_array()) {
        std::vector<Tag> tags;
        for (const auto& tag : row.at("tags").as_array()) {
            tags.push_back(parse_tag(tag.as_string()).value());
        }
        const auto matches = table.match(tags, test::number(row, "now"));
        const auto& expected = row.at("matches").as_array();
        REQUIRE(matches.size() == expected.size());
        for (std::size_t i = 0; i < matches.size(); ++i) {
            CHECK(matches[i].ban_number == test::number(expected[i], "ban_number"));
            CHECK(print_ban_code(matches[i].ban_number).view() == test::text(expected[i], "code"));
            CHECK(matches[i].weight == test::number(expected[i], "weight"));
            CHECK(matches[i].expires == test::number(expected[i], "expires"));
            std::uint64_t indexes = 0;
            for (const auto& index : expected[i].at("indexes").as_array()) {
                indexes |= std::uint64_t{1} << index.to_number<unsigned>();
            }
            CHECK(matches[i].indexes == indexes);
        }
    }
}

TEST_CASE("ban table: tags beyond the 64th are not looked at") {
    const BanTable table = held_table();
    const auto row = test::vectors("banlists").at("matches").as_array()[0];
    const Tag listed = parse_tag(row.at("tags").as_array()[0].as_string()).value();
    std::vector<Tag> tags(kMaxMatchTags + 1);
    tags.back() = listed;
    CHECK(table.match(tags, 0).empty());
    tags[kMaxMatchTags - 1] = listed;
    const auto matches = table.match(tags, 0);
    REQUIRE_FALSE(matches.empty());
    CHECK(matches[0].indexes == std::uint64_t{1} << 63);
}

TEST_CASE("ban table: random histories, published and followed") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        test::RandomList random(seed);
        test::Model model;
        BanTable publisher(BanListKind::owner);
        publisher.reset(seed, 3, 1);
        BanTable follower(BanListKind::owner);
        REQUIRE_FALSE(follower.apply(publisher.snapshot()));
        for (std::uint64_t version = 2; version < 150; ++version) {
            std::vector<BanListEntry> operations;
            const auto count = random.below(120);
            for (std::uint64_t i = 0; i < count; ++i) {
                operations.push_back(random.operation(model, version < 100 ? 70 : 30));
            }
            REQUIRE_FALSE(publisher.change(operations, version));
            REQUIRE(publisher.checksum() == test::checksum_of(model));
            REQUIRE_FALSE(follower.apply(encode_delta(publisher, version - 1, operations)));
            REQUIRE(follower.cursor() == publisher.cursor());
            REQUIRE(follower.checksum() == publisher.checksum());
        }
        CHECK(test::same(follower.pages(), model));
        BanTable late(BanListKind::owner);
        REQUIRE_FALSE(late.apply(follower.snapshot()));
        CHECK(State(late) == State(publisher));
    }
}

TEST_CASE("ban table: a change with one wrong operation changes nothing") {
    test::RandomList random(4);
    test::Model model;
    BanTable table(BanListKind::network);
    table.reset(1, 1, 1);
    std::vector<BanListEntry> operations;
    for (int i = 0; i < 2000; ++i)
        operations.push_back(random.operation(model, 80));
    REQUIRE_FALSE(table.change(operations, 2));
    const State before(table);
    for (int round = 0; round < 50; ++round) {
        auto scratch = model;
        operations.clear();
        for (int i = 0; i < 100; ++i)
            operations.push_back(random.operation(scratch, 50));
        auto wrong = random.removal(scratch);
        if (round % 2 == 0) {
            operations.push_back(wrong);
        } else {
            wrong.weight = 200;
        }
        operations.push_back(wrong);
        CHECK(table.change(operations, 3));
        REQUIRE(State(table) == before);
    }
    CHECK(table.change({}, 2) == BanListError::wrong_header);
    CHECK_FALSE(table.change({}, 3));
}
