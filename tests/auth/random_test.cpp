#include "auth/random.h"

#include "shared/ids.h"

#include <doctest/doctest.h>

#include <array>
#include <set>

using namespace drawbridge;

TEST_CASE("ids are of the grammar and differ") {
    std::set<std::string> ids;
    for (int i = 0; i < 200; ++i) {
        const auto id = auth::random_public_id("srv_");
        CHECK(is_server_id(id));
        ids.insert(id);
    }
    CHECK(ids.size() == 200);
}

TEST_CASE("numbers stay below their bound and reach all of it") {
    std::array<int, 5> counts{};
    for (int i = 0; i < 2000; ++i)
        ++counts.at(auth::random_below(5));
    for (const auto count : counts)
        CHECK(count > 250);
    CHECK(auth::random_below(1) == 0);
}

TEST_CASE("wiped bytes are zero") {
    std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
    auth::wipe(bytes);
    CHECK(bytes == std::array<std::uint8_t, 4>{});
}
