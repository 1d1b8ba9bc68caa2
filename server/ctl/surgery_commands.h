// drawbridgectl player link, unlink and what takes them back. For this folder's .cpp files only.
#pragma once

#include "ctl/session.h"

namespace drawbridge::ctl {

void add_surgery_commands(CLI::App& noun, Session& session);

/// The table of `rulings` in `document`; empty when there are none.
[[nodiscard]] std::string print_rulings(const boost::json::object& document, base::UnixMs now);

/// "3, 7"
[[nodiscard]] std::string print_profiles(const boost::json::array& profiles);

}  // namespace drawbridge::ctl
