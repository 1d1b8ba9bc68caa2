#include "base/version.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>

TEST_CASE("version is three dot-separated numbers") {
    const std::string_view version = drawbridge::base::version();
    CHECK(std::count(version.begin(), version.end(), '.') == 2);
    CHECK(version.find_first_not_of("0123456789.") == std::string_view::npos);
    CHECK(version.front() != '.');
    CHECK(version.back() != '.');
}
