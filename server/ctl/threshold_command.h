// The verb `server set-evidence`, in a file of its own beside server_commands.cpp.
#pragma once

#include "ctl/session.h"

#include <boost/json.hpp>

#include <string>

namespace drawbridge::ctl {

void add_threshold_command(CLI::App& noun, Session& session);

/// Of a server's document, "ban 14 (own), watch 4"; an operator is told what is its own alone.
[[nodiscard]] std::string print_thresholds(const boost::json::object& server);

}  // namespace drawbridge::ctl
