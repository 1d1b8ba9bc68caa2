// The authority of a request: the Host field as it is signed. Pure function.
#pragma once

#include "shared/fixed_text.h"
#include "shared/limits.h"

#include <optional>
#include <string_view>

namespace drawbridge {

// `host[:port]` in lower case, a `:443` removed; nothing when it is no such thing. The host is a
// name, an IPv4 address, or an IPv6 address in brackets.
using Authority = FixedText<kMaxAuthorityLength>;
[[nodiscard]] std::optional<Authority> normalise_authority(std::string_view host);

}  // namespace drawbridge
