// XChaCha20-Poly1305 with a random nonce in front: nonce (24) ‖ ciphertext ‖ tag (16).
#pragma once

#include "store/database.h"

#include <cstddef>
#include <span>

namespace drawbridge::store {

inline constexpr std::size_t kAeadNonce = 24;
inline constexpr std::size_t kAeadOverhead = kAeadNonce + 16;

/// Idempotent. Throws std::runtime_error when there is no randomness to be had.
void require_sodium();

/// Fills `out`, which has `plain.size() + kAeadOverhead` bytes.
void aead_encrypt(
    std::span<const std::uint8_t, 32> key,
    ByteView associated,
    ByteView plain,
    std::span<std::uint8_t> out
);

/// Fills `out`, which has `sealed.size() - kAeadOverhead` bytes. False, and nothing to be used,
/// when `sealed` is too short, was altered or is of another key or place.
[[nodiscard]] bool aead_decrypt(
    std::span<const std::uint8_t, 32> key,
    ByteView associated,
    ByteView sealed,
    std::span<std::uint8_t> out
);

}  // namespace drawbridge::store
