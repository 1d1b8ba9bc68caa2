// Text of a crash trace: a buffer of fixed size, filled by code that may run in a signal handler.
#pragma once

#include "base/clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace drawbridge::daemon {

/// What does not fit is cut off. All members are async-signal-safe.
class TraceText {
public:
    TraceText& add(std::string_view text);
    TraceText& add_decimal(std::uint64_t value, unsigned digits = 1);
    TraceText& add_hex(std::uint64_t value);
    /// "2025-11-21T10:11:12.345Z" or, for file names, "20251121T101112.345Z". Times before 1970
    /// count as 1970.
    TraceText& add_time(base::UnixMs at);
    TraceText& add_compact_time(base::UnixMs at);

    [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

    /// For system calls that want a zero at the end.
    [[nodiscard]] const char* c_str();

    void clear() { size_ = 0; }

private:
    TraceText& add_time(base::UnixMs at, std::string_view dash, std::string_view colon);

    std::array<char, 512> text_{};
    std::size_t size_ = 0;
};

}  // namespace drawbridge::daemon
