#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace drawbridge::base {
namespace {

spdlog::level::level_enum vendor_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warning: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

spdlog::logger& logger() {
    static const auto kInstance = [] {
        auto made = spdlog::stderr_logger_mt("drawbridge");
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
        return made;
    }();
    return *kInstance;
}

}  // namespace

void set_log_level(LogLevel level) {
    logger().set_level(vendor_level(level));
}

void log_line(LogLevel level, std::string_view line) {
    logger().log(vendor_level(level), line);
}

}  // namespace drawbridge::base
