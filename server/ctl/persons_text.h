// How many players a server or an owner has made known today, for people.
#pragma once

#include "base/clock.h"

#include <boost/json.hpp>

#include <string>

namespace drawbridge::ctl {

/// Of something with `persons_today`, `persons_limit` and `persons_limited_at`:
/// "1736 of at most 1736, more were met 3 h ago".
[[nodiscard]] std::string print_persons(const boost::json::object& object, base::UnixMs now);

}  // namespace drawbridge::ctl
