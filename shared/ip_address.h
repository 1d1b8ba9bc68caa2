// Addresses in the form that is hashed: IPv4 dotted; IPv6 as its /64 in RFC 5952 spelling;
// IPv4-mapped IPv6 as IPv4. Pure function.
#pragma once

#include "shared/identifier.h"

#include <optional>
#include <string_view>

namespace drawbridge {

[[nodiscard]] std::optional<IdentifierValue> normalise_ip(std::string_view text);

}  // namespace drawbridge
