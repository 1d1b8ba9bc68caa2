#include "ctl/progress_line.h"

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>

namespace drawbridge::ctl {
namespace {

constexpr std::chrono::seconds kShownAfter{1};
constexpr const char* kEraseLine = "\r\x1b[K";

}  // namespace

ProgressLine::ProgressLine()
    : on_terminal_(::isatty(STDERR_FILENO) != 0),
      shown_from_(std::chrono::steady_clock::now() + kShownAfter) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::show(const std::string& what, std::int64_t percent) {
    if (!on_terminal_ || std::chrono::steady_clock::now() < shown_from_) return;
    auto text = fmt::format("{} {} %", what, percent);
    if (text == shown_) return;
    shown_ = std::move(text);
    std::fprintf(stderr, "%s%s", kEraseLine, shown_.c_str());
    std::fflush(stderr);
}

void ProgressLine::clear() {
    if (shown_.empty()) return;
    shown_.clear();
    std::fputs(kEraseLine, stderr);
    std::fflush(stderr);
}

std::function<void(std::uint64_t, std::uint64_t)> ProgressLine::progress(const std::string& what) {
    return [this, what](std::uint64_t done, std::uint64_t total) {
        if (total > 0) show(what, static_cast<std::int64_t>(done * 100 / total));
    };
}

}  // namespace drawbridge::ctl
