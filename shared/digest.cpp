#include "shared/digest.h"

#include "shared/structured_fields.h"

#include <sodium.h>

namespace drawbridge {
namespace {

constexpr std::string_view kAlgorithm = "sha-256";

}  // namespace

Sha256 sha256(Bytes bytes) {
    Sha256 digest{};
    crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
    return digest;
}

Mac hmac_sha256(Bytes key, std::string_view text) {
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
