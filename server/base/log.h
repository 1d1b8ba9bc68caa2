// The daemon's log: one line a message to standard error, key=value words, no personal data, no
// secret. Callers name ids, codes and counts only.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace drawbridge::base {

enum class LogLevel { debug, info, warning, error };

/// Call once, before threads start. Lines below `level` are not written.
void set_log_level(LogLevel level);

/// Any thread; lines are never interleaved.
void log_line(LogLevel level, std::string_view line);

template <class... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::debug, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::warning, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace drawbridge::base
