// Appeals as text for people. For this folder's .cpp files only.
#pragma once

#include "base/clock.h"

#include <boost/json.hpp>

#include <string>

namespace drawbridge::ctl {

/// A table, in the order of the answer.
[[nodiscard]] std::string print_appeals(const boost::json::array& appeals, base::UnixMs now);
/// One appeal, what was said, and the ban with its history.
[[nodiscard]] std::string describe_appeal(const boost::json::object& appeal, base::UnixMs now);
/// In a few words, for the ban it is about.
[[nodiscard]] std::string summarize_appeal(const boost::json::object& appeal, base::UnixMs now);

}  // namespace drawbridge::ctl
