#include "store/aead.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>

namespace drawbridge::store {
namespace {

// Nonces are no secrets, and a call of the kernel for each is dear: a thread takes many at once.
void fill_nonce(std::span<std::uint8_t, kAeadNonce> nonce) {
    thread_local std::array<std::uint8_t, 128 * kAeadNonce> pool;
    thread_local std::size_t used = pool.size();
    if (used == pool.size()) {
        randombytes_buf(pool.data(), pool.size());
        used = 0;
    }
    std::copy_n(pool.begin() + static_cast<std::ptrdiff_t>(used), kAeadNonce, nonce.begin());
    used += kAeadNonce;
}

}  // namespace

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
    fill_nonce(out.first<kAeadNonce>());
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
