#include "shared/digest.h"

#include "shared/sha256_x86.h"
#include "shared/structured_fields.h"

#include <sodium.h>
#if defined(__x86_64__)
#include <algorithm>
#endif

namespace drawbridge {
namespace {

constexpr std::string_view kAlgorithm = "sha-256";

#if defined(__x86_64__)

// RFC 2104: the key, padded to a block and mixed with 0x36 or 0x5c.
std::array<std::uint8_t, kSha256Block> padded_key(Bytes key, unsigned mix) {
    std::array<std::uint8_t, kSha256Block> block{};
    std::copy(key.begin(), key.end(), block.begin());
    for (auto& byte : block) {
        byte = static_cast<std::uint8_t>(byte ^ mix);
    }
    return block;
}

// A key longer than a block would be hashed first; ours have 32 bytes.
Mac hmac_sha256_x86(Bytes key, std::string_view text) {
    auto inner = padded_key(key, 0x36);
    auto outer = padded_key(key, 0x5c);
    const auto mac = sha256_x86(outer, sha256_x86(inner, as_bytes(text)));
    sodium_memzero(inner.data(), inner.size());
    sodium_memzero(outer.data(), outer.size());
    return mac;
}

#endif

}  // namespace

Sha256 sha256(Bytes bytes) {
#if defined(__x86_64__)
    if (has_sha_instructions()) return sha256_x86({}, bytes);
#endif
    Sha256 digest{};
    crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
    return digest;
}

Mac hmac_sha256(Bytes key, std::string_view text) {
#if defined(__x86_64__)
    if (has_sha_instructions() && key.size() <= kSha256Block) return hmac_sha256_x86(key, text);
#endif
    crypto_auth_hmacsha256_state state;
    Mac mac{};
    const Bytes bytes = as_bytes(text);
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, bytes.data(), bytes.size());
    crypto_auth_hmacsha256_final(&state, mac.data());
    sodium_memzero(&state, sizeof state);
    return mac;
}

bool equal_constant_time(const Mac& a, const Mac& b) {
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

ContentDigest print_content_digest(const Sha256& digest) {
    char base64[base64_length(sizeof(Sha256))];
    ContentDigest result;
    (void)result.append(kAlgorithm);
    (void)result.append("=:");
    (void)result.append({base64, encode_base64(digest, base64)});
    (void)result.append(':');
    return result;
}

std::optional<Sha256> parse_content_digest(std::string_view field) {
    BytesDictionary dictionary;
    if (!read_bytes_dictionary(field, dictionary)) return std::nullopt;
    const auto* member = dictionary.find(kAlgorithm);
    Sha256 digest{};
    if (member == nullptr || decode_base64(member->base64, digest) != digest.size()) {
        return std::nullopt;
    }
    return digest;
}

}  // namespace drawbridge
