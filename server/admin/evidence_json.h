// What speaks for a ban, as the admin plane shows it. For this folder's .cpp files only.
#pragma once

#include "admin/context.h"
#include "admin/json.h"
#include "bans/bans.h"

#include <boost/json/array.hpp>

#include <string>
#include <vector>

namespace drawbridge::admin {

/// How many links staff give at once.
inline constexpr std::size_t kMostLinks = 5;

/// Links of a body, each without a fault.
[[nodiscard]] std::vector<std::string> read_links(Members& members, const char* name);

/// Links and notes, oldest first.
[[nodiscard]] boost::json::array describe_evidence(const Context& context, std::uint64_t ban);

/// What machines saw: detections of the banned player that the same server sent in the hour before
/// the ban, at most kMostDetections of them, oldest first.
inline constexpr int kMostDetections = 10;
[[nodiscard]] boost::json::array describe_detections(const Context& context, std::uint64_t ban);

}  // namespace drawbridge::admin
