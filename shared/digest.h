// SHA-256, HMAC-SHA-256 and the Content-Digest field (RFC 9530). Pure functions.
#pragma once

#include "shared/encoding.h"
#include "shared/fixed_text.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace drawbridge {

using Sha256 = std::array<std::uint8_t, 32>;
using Mac = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256 sha256(Bytes bytes);
[[nodiscard]] Mac hmac_sha256(Bytes key, std::string_view text);
[[nodiscard]] bool equal_constant_time(const Mac& a, const Mac& b);

// sha-256=:<base64>:
using ContentDigest = FixedText<9 + 44 + 1>;
[[nodiscard]] ContentDigest print_content_digest(const Sha256& digest);

// The one sha-256 member; members of other algorithms are ignored. Nothing when the field is
// malformed or has none.
[[nodiscard]] std::optional<Sha256> parse_content_digest(std::string_view field);

}  // namespace drawbridge
