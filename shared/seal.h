// Sealed values (docs/protocol.md §13): 32-byte secrets under XChaCha20-Poly1305, written
// nonce ‖ ciphertext ‖ tag. Nonces come from the caller, fresh and random for each call. Pure
// functions.
#pragma once

#include "shared/encoding.h"
#include "shared/limits.h"
#include "shared/secret.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge {

inline constexpr std::size_t kSealNonceBytes = 24;
inline constexpr std::size_t kSealedBytes = kSealNonceBytes + kKeyBytes + 16;
inline constexpr std::size_t kBoxSealedBytes = 32 + 16 + kKeyBytes;

using SealNonce = std::array<std::uint8_t, kSealNonceBytes>;
using SealedSecret = std::array<std::uint8_t, kSealedBytes>;
using BoxSealedSecret = std::array<std::uint8_t, kBoxSealedBytes>;
using PublicKey = std::array<std::uint8_t, 32>;

// The general form: `key` directly, `associated` as it stands.
[[nodiscard]] SealedSecret seal_secret(
    const Secret& key,
    const SealNonce& nonce,
    std::string_view associated,
    const Secret& plain
);
[[nodiscard]] std::optional<Secret>
open_secret(const Secret& key, std::string_view associated, const SealedSecret& sealed);

// BLAKE2b-256(key, label).
[[nodiscard]] Secret derive_key(const Secret& key, std::string_view label);

// The tag key of `hello`.
[[nodiscard]] SealedSecret seal_tag_key(
    const Secret& secret,
    std::string_view server_id,
    std::uint64_t version,
    const Secret& tag_key,
    const SealNonce& nonce
);
[[nodiscard]] std::optional<Secret> open_tag_key(
    const Secret& secret,
    std::string_view server_id,
    std::uint64_t version,
    const SealedSecret& sealed
);

// The secret of `enrol`; `key_id` is the new secret's.
[[nodiscard]] SealedSecret seal_enrolled_secret(
    const Secret& code,
    std::string_view key_id,
    const Secret& secret,
    const SealNonce& nonce
);
[[nodiscard]] std::optional<Secret>
open_enrolled_secret(const Secret& code, std::string_view key_id, const SealedSecret& sealed);

// The secret of `rotate`, a libsodium sealed box; sealing needs randomness and is the daemon's.
// The private key is 32 random bytes.
[[nodiscard]] PublicKey rotation_public_key(const Secret& private_key);
[[nodiscard]] std::optional<Secret>
open_rotated_secret(const Secret& private_key, const BoxSealedSecret& sealed);

}  // namespace drawbridge
