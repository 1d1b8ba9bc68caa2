// `--reason`: why an administrator does something. It stands in the audit.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <string>

namespace drawbridge::ctl {

inline void add_reason(CLI::App& command, std::string& reason) {
    command.add_option("--reason", reason, "why; stands in the audit");
}

/// The body, with the reason when one was given.
[[nodiscard]] inline boost::json::object
with_reason(boost::json::object body, const std::string& reason) {
    if (!reason.empty()) body["reason"] = reason;
    return body;
}

}  // namespace drawbridge::ctl
