// What became of somebody's bans, for people.
#pragma once

#include <boost/json.hpp>

#include <string>

namespace drawbridge::ctl {

/// Of `reputation`, `all` or `recent`: "2 of 3", "5 % of 240", "-" when there are no bans. Of few
/// bans a percentage would say more than is known.
[[nodiscard]] std::string print_overturned(const boost::json::object& tally);

/// `all` and `recent` of something that has a `reputation`.
[[nodiscard]] const boost::json::object&
tally_of(const boost::json::object& object, std::string_view window);

/// "41 placed, 30 stand, 12 approved, 3 rejected, 5 % of 41 overturned".
[[nodiscard]] std::string print_tally(const boost::json::object& tally);

/// A table of a server's bans by issuer; empty when it has none.
[[nodiscard]] std::string print_issuers(const boost::json::object& server);

}  // namespace drawbridge::ctl
