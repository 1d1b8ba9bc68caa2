// SHA-256 by the processor's own instructions: libsodium's portable code takes about eight times as
// long, and hashing is a fifth of what a small request costs. Pure functions.
#pragma once

#if defined(__x86_64__)

#include "shared/encoding.h"

#include <array>
#include <cstdint>
#include <span>

namespace drawbridge {

inline constexpr std::size_t kSha256Block = 64;

// Whether this processor has them; the function below must not be called otherwise.
[[nodiscard]] bool has_sha_instructions();

// The digest of `prefix` ‖ `bytes`; the prefix is whole blocks, as HMAC needs it, or empty.
[[nodiscard]] std::array<std::uint8_t, 32> sha256_x86(Bytes prefix, Bytes bytes);

}  // namespace drawbridge

#endif
