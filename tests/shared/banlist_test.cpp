#include "shared/banlist.h"

#include "shared/vectors.h"

#include <doctest/doctest.h>

using namespace drawbridge;

namespace {

const SectionHeader kHeader{BanListKind::owner, 7, 0x0123456789abcdef, 5, 6, 3};

BanListEntry entry_of(std::uint64_t number) {
    BanListEntry entry;
    entry.weight = 40;
    entry.ban_number = number;
    entry.prefix = {1, 2, 3, 4, 5, 6, 7, 8};
    entry.expires = 0xA1B2C3D4;
    return entry;
}

}  // namespace

TEST_CASE("banlist: the layout of a header") {
    const auto bytes = encode_header(kHeader);
    const auto expected = test::from_hex(
        "44424c31"
        "02"
        "00"
        "0700"
        "efcdab8967452301"
        "0500000000000000"
        "0600000000000000"
        "03000000"
    );
    CHECK(std::equal(bytes.begin(), bytes.end(), expected.begin(), expected.end()));
    const auto decoded = decode_header(bytes);
    REQUIRE(decoded.header);
    CHECK(*decoded.header == kHeader);
    CHECK(decoded.header->section_bytes() == 36 + 60 + 24);
}

TEST_CASE("banlist: the layout of an entry") {
    const auto bytes = encode_entry(entry_of(0x123456789A));
    const auto expected = test::from_hex("01289a78563412000102030405060708d4c3b2a1");
    CHECK(std::equal(bytes.begin(), bytes.end(), expected.begin(), expected.end()));
    CHECK(decode_entry(bytes) == entry_of(0x123456789A));
}

TEST_CASE("banlist: entries out of range") {
    for (unsigned operation = 0; operation < 256; ++operation) {
        for (unsigned weight = 0; weight < 256; ++weight) {
            auto bytes = encode_entry(entry_of(1));
            bytes[0] = static_cast<std::uint8_t>(operation);
            bytes[1] = static_cast<std::uint8_t>(weight);
            const bool add = operation == 1 && weight >= 1 && weight <= 100;
            CHECK(decode_entry(bytes).has_value() == add);
            // Without an expiry it may be a remove.
            std::fill_n(bytes.begin() + 16, 4, std::uint8_t{0});
            CHECK(decode_entry(bytes).has_value() == (add || (operation == 2 && weight == 0)));
        }
    }
    CHECK(is_valid(entry_of(kMaxBanNumber)));
    CHECK_FALSE(is_valid(entry_of(kMaxBanNumber + 1)));
    auto bytes = encode_entry(entry_of(0));
    bytes[7] = 1;
    CHECK_FALSE(decode_entry(bytes));
}

TEST_CASE("banlist: the checksum is of the set, not of its history") {
    SetChecksum one;
    SetChecksum other;
    CHECK(one.bytes() == SetChecksum::Value{});
    for (std::uint64_t i = 0; i < 100; ++i)
        one.add(entry_of(i));
    for (std::uint64_t i = 0; i < 100; ++i)
        other.add(entry_of(99 - i));
    CHECK(one == other);
    for (std::uint64_t i = 0; i < 100; ++i)
        one.subtract(entry_of((i * 37) % 100));
    CHECK(one.bytes() == SetChecksum::Value{});
    one.subtract(entry_of(1));
    one.add(entry_of(1));
    CHECK(one == SetChecksum{});
}

TEST_CASE("banlist: a short header is refused at each length") {
    const auto bytes = encode_header(kHeader);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK(decode_header(Bytes(bytes).first(size)).error == BanListError::truncated);
    }
}
