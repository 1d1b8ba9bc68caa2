#include "store/aead.h"

#include <sodium.h>

#include <stdexcept>

namespace drawbridge::store {

static_assert(kAeadNonce == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kAeadOverhead == kAeadNonce + crypto_aead_xchacha20poly1305_ietf_ABYTES);

void require_sodium() {
    // -1 means no usable source of randomness: never go on.
    if (sodium_init() < 0) throw std::runtime_error("libsodium could not start: no randomness");
}

void aead_encrypt(
    std::span<const std::uint8_t, 32> key,
    ByteView associated,
    ByteView plain,
    std::span<std::uint8_t> out
) {
    randombytes_buf(out.data(), kAeadNonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        out.data() + kAeadNonce,
        nullptr,
        plain.data(),
        plain.size(),
        associated.data(),
        associated.size(),
        nullptr,
        out.data(),
        key.data()
    );
}

bool aead_decrypt(
    std::span<const std::uint8_t, 32> key,
    ByteView associated,
    ByteView sealed,
    std::span<std::uint8_t> out
) {
    if (sealed.size() < kAeadOverhead) return false;
    const int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
        out.data(),
        nullptr,
        nullptr,
        sealed.data() + kAeadNonce,
        sealed.size() - kAeadNonce,
        associated.data(),
        associated.size(),
        sealed.data(),
        key.data()
    );
    return result == 0;
}

}  // namespace drawbridge::store
