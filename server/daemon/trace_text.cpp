#include "daemon/trace_text.h"

#include <algorithm>
#include <chrono>

namespace drawbridge::daemon {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

TraceText& TraceText::add(std::string_view text) {
    const auto fits = std::min(text.size(), text_.size() - 1 - size_);
    std::copy_n(text.begin(), fits, text_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += fits;
    return *this;
}

TraceText& TraceText::add_decimal(std::uint64_t value, unsigned digits) {
    std::array<char, 20> reversed{};
    std::size_t count = 0;
    for (; count < reversed.size() && (value > 0 || count < digits); value /= 10) {
        reversed.at(count++) = kDigits[value % 10];
    }
    while (count > 0) {
        add({&reversed.at(--count), 1});
    }
    return *this;
}

TraceText& TraceText::add_hex(std::uint64_t value) {
    unsigned shift = 60;
    while (shift > 0 && value >> shift == 0) {
        shift -= 4;
    }
    for (;; shift -= 4) {
        add({&kDigits[value >> shift & 0xfU], 1});
        if (shift == 0) return *this;
    }
}

TraceText& TraceText::add_time(base::UnixMs at, std::string_view dash, std::string_view colon) {
    const std::chrono::sys_time<std::chrono::milliseconds> moment{
        std::chrono::milliseconds(std::max<base::UnixMs>(at, 0))};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};
    add_decimal(static_cast<unsigned>(static_cast<int>(date.year())), 4).add(dash);
    add_decimal(static_cast<unsigned>(date.month()), 2).add(dash);
    add_decimal(static_cast<unsigned>(date.day()), 2).add("T");
    add_decimal(static_cast<std::uint64_t>(time.hours().count()), 2).add(colon);
    add_decimal(static_cast<std::uint64_t>(time.minutes().count()), 2).add(colon);
    add_decimal(static_cast<std::uint64_t>(time.seconds().count()), 2).add(".");
    return add_decimal(static_cast<std::uint64_t>(time.subseconds().count()), 3).add("Z");
}

TraceText& TraceText::add_time(base::UnixMs at) {
    return add_time(at, "-", ":");
}

TraceText& TraceText::add_compact_time(base::UnixMs at) {
    return add_time(at, "", "");
}

const char* TraceText::c_str() {
    text_.at(size_) = '\0';
    return text_.data();
}

}  // namespace drawbridge::daemon
