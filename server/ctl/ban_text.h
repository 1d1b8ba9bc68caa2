// Bans for people to read. For this folder's .cpp files only.
#pragma once

#include "base/clock.h"

#include <boost/json.hpp>

#include <string>

namespace drawbridge::ctl {

[[nodiscard]] std::string print_bans(const boost::json::array& bans, base::UnixMs now);
/// With why each is orphaned.
[[nodiscard]] std::string print_orphans(const boost::json::array& bans, base::UnixMs now);
[[nodiscard]] std::string describe_ban(const boost::json::object& ban, base::UnixMs now);

}  // namespace drawbridge::ctl
