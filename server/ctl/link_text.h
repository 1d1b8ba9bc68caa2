// Which profiles are taken for one person's and why, for people.
#pragma once

#include "base/clock.h"

#include <boost/json/object.hpp>

#include <string>

namespace drawbridge::ctl {

/// The `links` of a player or a ban as a table after an empty line; empty: there are none.
[[nodiscard]] std::string print_links(const boost::json::object& document, base::UnixMs now);

}  // namespace drawbridge::ctl
