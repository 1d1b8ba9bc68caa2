#include "net/address_limits.h"

#include <doctest/doctest.h>

#include <string>

namespace drawbridge::net {
namespace {

AddressKey key(const char* text) {
    return to_key(asio::ip::make_address(text));
}

Limits small_limits() {
    Limits limits;
    limits.connections = 3;
    limits.connections_per_address = 2;
    limits.failures_per_address = 5;
    limits.failure_window = std::chrono::seconds(10);
    return limits;
}

}  // namespace

TEST_CASE("an IPv6 network counts as one address, IPv4 in any spelling too") {
    CHECK(key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::2"));
    CHECK(key("2001:db8:1:2::1") != key("2001:db8:1:3::1"));
    CHECK(key("192.0.2.1") == key("::ffff:192.0.2.1"));
    CHECK(key("192.0.2.1") != key("192.0.2.2"));
}

TEST_CASE("connections are counted in all and by address") {
    using Entry = AddressLimits::Entry;
    AddressLimits limits(small_limits());
    const auto first = key("192.0.2.1");
    const auto second = key("192.0.2.2");
    CHECK(limits.enter(first) == Entry::granted);
    CHECK(limits.enter(first) == Entry::granted);
    CHECK(limits.enter(first) == Entry::address_full);
    CHECK(limits.enter(second) == Entry::granted);
    CHECK(limits.enter(second) == Entry::full);
    CHECK(limits.connections() == 3);
    limits.leave(first);
    CHECK(limits.enter(second) == Entry::granted);
    limits.leave(first);
    limits.leave(second);
    limits.leave(second);
    CHECK(limits.connections() == 0);
}

TEST_CASE("an address is blocked by its own failures, for the rest of the window") {
    AddressLimits limits(small_limits());
    const auto start = Clock::now();
    const auto guilty = key("192.0.2.1");
    for (int i = 0; i < 5; ++i)
        limits.note_failure(guilty, start);
    CHECK_FALSE(limits.is_blocked(guilty, start));
    limits.note_failure(guilty, start + std::chrono::seconds(9));
    CHECK(limits.is_blocked(guilty, start + std::chrono::seconds(9)));
    CHECK_FALSE(limits.is_blocked(key("192.0.2.2"), start + std::chrono::seconds(9)));
    CHECK_FALSE(limits.is_blocked(guilty, start + std::chrono::seconds(10)));
    limits.note_failure(guilty, start + std::chrono::seconds(11));
    CHECK_FALSE(limits.is_blocked(guilty, start + std::chrono::seconds(11)));
}

TEST_CASE("many addresses that fail once do not push out the one that fails often") {
    AddressLimits limits(small_limits());
    const auto now = Clock::now();
    const auto guilty = key("192.0.2.1");
    for (int i = 0; i < 6; ++i)
        limits.note_failure(guilty, now);
    for (unsigned i = 0; i < 100'000; ++i) {
        limits.note_failure(to_key(asio::ip::address_v4(0x0a000000U + i)), now);
    }
    CHECK(limits.is_blocked(guilty, now));
}

}  // namespace drawbridge::net
