#include "shared/ban_loader.h"

#include "shared/ban_snapshot.h"
#include "shared/random_list.h"
#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

namespace {

std::vector<std::uint8_t> section(std::size_t step) {
    return test::bytes(test::vectors("banlists").at("history").as_array()[step], "section");
}

// Feeds in pieces of `size`.
std::optional<BanListError> feed(BanLoader& loader, Bytes bytes, std::size_t size) {
    while (!bytes.empty()) {
        const Bytes piece = bytes.first(std::min(size, bytes.size()));
        bytes = bytes.subspan(piece.size());
        if (const auto error = loader.feed(piece)) return error;
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("ban loader: any cut of the bytes gives the same") {
    for (std::size_t size = 1; size < 80; ++size) {
        BanTable table(BanListKind::network);
        for (const std::size_t step : {0, 1, 2}) {
            BanLoader loader(table);
            REQUIRE_FALSE(feed(loader, section(step), size));
            REQUIRE_FALSE(loader.finish());
        }
        BanTable whole(BanListKind::network);
        for (const std::size_t step : {0, 1, 2})
            REQUIRE_FALSE(whole.apply(section(step)));
        CHECK(table.snapshot() == whole.snapshot());
    }
}

TEST_CASE("ban loader: nothing of a snapshot shows before finish, and none of it without") {
    BanTable table(BanListKind::network);
    {
        BanLoader loader(table);
        REQUIRE_FALSE(loader.feed(section(0)));
        CHECK(table.size() == 0);
        CHECK(table.cursor() == Cursor{});
    }
    CHECK(table.size() == 0);
    BanLoader loader(table);
    REQUIRE_FALSE(loader.feed(section(0)));
    REQUIRE_FALSE(loader.finish());
    CHECK(table.size() == 6);
    CHECK(loader.added() == 6);
    CHECK(loader.removed() == 0);
}

TEST_CASE("ban loader: a delta that is left, cut short or wrong is taken back") {
    BanTable table(BanListKind::network);
    REQUIRE_FALSE(table.apply(section(0)));
    const auto before = table.snapshot();
    const auto delta = section(1);
    for (std::size_t size = 0; size <= delta.size(); ++size) {
        {
            BanLoader loader(table);
            REQUIRE_FALSE(loader.feed(Bytes(delta).first(size)));
        }
        REQUIRE(table.snapshot() == before);
        BanLoader loader(table);
        REQUIRE_FALSE(loader.feed(Bytes(delta).first(size)));
        if (size == delta.size()) break;
        CHECK(loader.finish() == BanListError::truncated);
        REQUIRE(table.snapshot() == before);
    }
    BanLoader loader(table);
    REQUIRE_FALSE(loader.feed(delta));
    const std::uint8_t extra = 0;
    CHECK(loader.feed({&extra, 1}) == BanListError::trailing_bytes);
    CHECK(loader.finish() == BanListError::trailing_bytes);
    CHECK(table.snapshot() == before);
}

TEST_CASE("ban loader: one loader is for one section") {
    BanTable table(BanListKind::network);
    BanLoader loader(table);
    REQUIRE_FALSE(loader.feed(section(0)));
    REQUIRE_FALSE(loader.finish());
    CHECK(loader.feed(section(1)));
    CHECK(loader.finish());
    CHECK(table.size() == 6);
}

TEST_CASE("ban loader: an error is final") {
    BanTable table(BanListKind::network);
    BanLoader loader(table);
    auto bytes = section(0);
    bytes[0] = 'X';
    CHECK(loader.feed(bytes) == BanListError::wrong_magic);
    CHECK(loader.feed(section(0)) == BanListError::wrong_magic);
    CHECK(loader.finish() == BanListError::wrong_magic);
}

TEST_CASE("ban snapshot: written in pieces of any size") {
    test::RandomList random(3);
    test::Model model;
    BanTable table(BanListKind::network);
    table.reset(5, 1, 1);
    std::vector<BanListEntry> operations;
    for (int i = 0; i < 500; ++i)
        operations.push_back(random.operation(model, 90));
    REQUIRE_FALSE(table.change(operations, 2));
    const auto whole = table.snapshot();
    CHECK(whole.size() == snapshot_bytes(table));
    for (const std::size_t size : {kSmallestSnapshotPiece, std::size_t{61}, std::size_t{4096}}) {
        BanSnapshotWriter writer(table);
        std::vector<std::uint8_t> joined;
        std::vector<std::uint8_t> piece(size);
        for (std::size_t written = writer.write(piece); written > 0;) {
            joined.insert(joined.end(), piece.begin(), piece.begin() + static_cast<long>(written));
            written = writer.write(piece);
        }
        CHECK(joined == whole);
    }
}
