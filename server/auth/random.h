// Randomness of the daemon: ids, secrets, ban numbers. libsodium's generator behind it.
#pragma once

#include "shared/secret.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace drawbridge::auth {

void fill_random(std::span<std::uint8_t> out);
/// Uniform below `bound` (> 0).
[[nodiscard]] std::uint64_t random_below(std::uint64_t bound);
/// `prefix` + 12 of `a-z2-7`.
[[nodiscard]] std::string random_public_id(std::string_view prefix);
[[nodiscard]] Secret random_secret();

void wipe(std::span<std::uint8_t> secret);

}  // namespace drawbridge::auth
