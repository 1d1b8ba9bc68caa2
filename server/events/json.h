// JSON as docs/protocol.md §1 wants it: stricter than RFC 8259 where leniency would hide a fault.
#pragma once

#include "base/result.h"

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace drawbridge::events {

struct JsonError {
    std::string detail;  // what and at which byte; never the text itself
};

/// Refuses repeated member names, depth beyond kMaxJsonDepth, numbers outside ±(2⁵³−1) or not
/// finite, U+0000, invalid UTF-8, a byte order mark, and anything behind the value. The value lives
/// in `memory`.
[[nodiscard]] base::Result<boost::json::value, JsonError>
parse_json(std::string_view text, const boost::json::storage_ptr& memory = {});

}  // namespace drawbridge::events
