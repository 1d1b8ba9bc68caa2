#include "daemon/trace_text.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using drawbridge::daemon::TraceText;

TEST_CASE("numbers and times") {
    TraceText text;
    text.add_decimal(0).add(" ").add_decimal(7, 3).add(" ");
    text.add_decimal(std::numeric_limits<std::uint64_t>::max()).add(" ");
    text.add_hex(0).add(" ").add_hex(0x1a2b).add(" ");
    text.add_hex(std::numeric_limits<std::uint64_t>::max());
    CHECK(text.view() == "0 007 18446744073709551615 0 1a2b ffffffffffffffff");
    text.clear();
    text.add_time(1'763'719'872'045).add(" ").add_compact_time(1'763'719'872'045).add(" ");
    text.add_time(-5);
    CHECK(text.view() == "2025-11-21T10:11:12.045Z 20251121T101112.045Z 1970-01-01T00:00:00.000Z");
}

TEST_CASE("what does not fit is cut off, and there is always room for the zero") {
    TraceText text;
    for (int i = 0; i < 100; ++i) {
        text.add("0123456789");
    }
    CHECK(text.view().size() == 511);
    CHECK(std::string(text.c_str()).size() == 511);
}
