#include "store/key_wrap.h"

#include "store/aead.h"

namespace drawbridge::store {

static_assert(kWrappedKeyBytes == kKeyBytes + kAeadOverhead);

Bytes wrap_key(
    const MasterKey& master,
    std::string_view purpose,
    std::span<const std::uint8_t, kKeyBytes> key
) {
    Bytes wrapped(kWrappedKeyBytes);
    aead_encrypt(master.bytes(), as_bytes(purpose), key, wrapped);
    return wrapped;
}

std::optional<Secret>
unwrap_key(const MasterKey& master, std::string_view purpose, ByteView wrapped) {
    if (wrapped.size() != kWrappedKeyBytes) return std::nullopt;
    Secret key;  // wipes itself
    if (!aead_decrypt(master.bytes(), as_bytes(purpose), wrapped, {key.data(), kKeyBytes})) {
        return std::nullopt;
    }
    return key;
}

}  // namespace drawbridge::store
