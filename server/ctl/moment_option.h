// `--since` and `--until`.
#pragma once

#include "base/clock.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace drawbridge::ctl {

struct Span {
    std::string since;
    std::string until;
};

void add_span(CLI::App& command, Span& span);

/// In Unix milliseconds; nothing when it was not given. Throws Failure that names the option.
[[nodiscard]] std::optional<std::string>
moment_parameter(const char* option, const std::string& text, base::UnixMs now);

}  // namespace drawbridge::ctl
