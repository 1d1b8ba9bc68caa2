#include "shared/seal.h"

#include <sodium.h>

#include <algorithm>
#include <span>

namespace drawbridge {
namespace {

constexpr std::string_view kTagKeyLabel = "drawbridge-v1 tag-key";
constexpr std::string_view kEnrolLabel = "drawbridge-v1 enrol";

static_assert(kSealNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kSealedBytes == 72 && kBoxSealedBytes == kKeyBytes + crypto_box_SEALBYTES);

// server id ‖ 0x1F ‖ version in decimal
FixedText<256> tag_key_associated(std::string_view server_id, std::uint64_t version) {
    FixedText<256> result;
    (void)result.append(server_id);
    (void)result.append('\x1F');
    (void)result.append(print_decimal(version).view());
    return result;
}

}  // namespace

SealedSecret seal_secret(
    const Secret& key,
    const SealNonce& nonce,
    std::string_view associated,
    const Secret& plain
) {
    SealedSecret sealed{};
    std::copy(nonce.begin(), nonce.end(), sealed.begin());
    const Bytes bound = as_bytes(associated);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed.data() + nonce.size(),
        nullptr,
        plain.bytes().data(),
        kKeyBytes,
        bound.data(),
        bound.size(),
        nullptr,
        nonce.data(),
        key.bytes().data()
    );
    return sealed;
}

std::optional<Secret>
open_secret(const Secret& key, std::string_view associated, const SealedSecret& sealed) {
    Secret plain;
    const Bytes bound = as_bytes(associated);
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain.data(),
        nullptr,
        nullptr,
        sealed.data() + kSealNonceBytes,
        kSealedBytes - kSealNonceBytes,
        bound.data(),
        bound.size(),
        sealed.data(),
        key.bytes().data()
    );
    if (failed != 0) return std::nullopt;
    return plain;
}

Secret derive_key(const Secret& key, std::string_view label) {
    Secret derived;
    const Bytes bytes = as_bytes(label);
    crypto_generichash(
        derived.data(),
        kKeyBytes,
        bytes.data(),
        bytes.size(),
        key.bytes().data(),
        kKeyBytes
    );
    return derived;
}

SealedSecret seal_tag_key(
    const Secret& secret,
    std::string_view server_id,
    std::uint64_t version,
    const Secret& tag_key,
    const SealNonce& nonce
) {
    const auto associated = tag_key_associated(server_id, version);
    return seal_secret(derive_key(secret, kTagKeyLabel), nonce, associated.view(), tag_key);
}

std::optional<Secret> open_tag_key(
    const Secret& secret,
    std::string_view server_id,
    std::uint64_t version,
    const SealedSecret& sealed
) {
    const auto associated = tag_key_associated(server_id, version);
    return open_secret(derive_key(secret, kTagKeyLabel), associated.view(), sealed);
}

SealedSecret seal_enrolled_secret(
    const Secret& code,
    std::string_view key_id,
    const Secret& secret,
    const SealNonce& nonce
) {
    return seal_secret(derive_key(code, kEnrolLabel), nonce, key_id, secret);
}

std::optional<Secret>
open_enrolled_secret(const Secret& code, std::string_view key_id, const SealedSecret& sealed) {
    return open_secret(derive_key(code, kEnrolLabel), key_id, sealed);
}

PublicKey rotation_public_key(const Secret& private_key) {
    // crypto_scalarmult_base computes the same from a table of 32 kB.
    constexpr std::array<std::uint8_t, 32> kBasePoint = {9};
    PublicKey public_key{};
    // Fails for points of small order only, which this one is not.
    [[maybe_unused]] const int failed =
        crypto_scalarmult(public_key.data(), private_key.bytes().data(), kBasePoint.data());
    return public_key;
}

std::optional<Secret>
open_rotated_secret(const Secret& private_key, const BoxSealedSecret& sealed) {
    const PublicKey public_key = rotation_public_key(private_key);
    Secret secret;
    const int failed = crypto_box_seal_open(
        secret.data(),
        sealed.data(),
        sealed.size(),
        public_key.data(),
        private_key.bytes().data()
    );
    if (failed != 0) return std::nullopt;
    return secret;
}

}  // namespace drawbridge
