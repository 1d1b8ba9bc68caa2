// One line on the terminal that tells how far a long work is. Shown after a second, and only where
// standard error is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace drawbridge::ctl {

/// One thread. Cleared when dropped.
class ProgressLine {
public:
    ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine();

    void show(const std::string& what, std::int64_t percent);
    void clear();

    /// For work that counts bytes; the line outlives it.
    [[nodiscard]] std::function<void(std::uint64_t done, std::uint64_t total)> progress(
        const std::string& what
    );

private:
    const bool on_terminal_;
    const std::chrono::steady_clock::time_point shown_from_;
    std::string shown_;
};

}  // namespace drawbridge::ctl
