// Keys under the master key: what stands in the database or in a backup's header instead of a key.
// Stored form: nonce (24) ‖ ciphertext (32) ‖ tag (16), 72 bytes; associated data = the purpose.
#pragma once

#include "shared/secret.h"
#include "store/database.h"
#include "store/master_key.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace drawbridge::store {

inline constexpr std::size_t kWrappedKeyBytes = 24 + 32 + 16;

/// `purpose` is a permanent text, so that a key wrapped for one use never opens as another's.
[[nodiscard]] Bytes wrap_key(
    const MasterKey& master,
    std::string_view purpose,
    std::span<const std::uint8_t, kKeyBytes> key
);

/// Nothing when it was altered, wrapped for another purpose or under another master key.
[[nodiscard]] std::optional<Secret>
unwrap_key(const MasterKey& master, std::string_view purpose, ByteView wrapped);

}  // namespace drawbridge::store
