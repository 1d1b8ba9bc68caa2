#include "ctl/moment_option.h"

#include "ctl/duration.h"
#include "ctl/exit_code.h"

#include <fmt/format.h>

namespace drawbridge::ctl {

void add_span(CLI::App& command, Span& span) {
    command.add_option("--since", span.since, "not before, e.g. 2h or 2025-11-21")
        ->type_name("TIME");
    command.add_option("--until", span.until, "before, e.g. 1h or 2025-11-22T06:00")
        ->type_name("TIME");
}

std::optional<std::string>
moment_parameter(const char* option, const std::string& text, base::UnixMs now) {
    if (text.empty()) return std::nullopt;
    const auto moment = parse_moment(text, now);
    if (!moment || *moment < 0) {
        throw Failure(
            ExitCode::usage,
            fmt::format("{}: expected 2h (ago), 2025-11-21 or 2025-11-21T14:03", option)
        );
    }
    return std::to_string(*moment);
}

}  // namespace drawbridge::ctl
