#include "auth/random.h"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace drawbridge::auth {
namespace {

void require_sodium() {
    // Idempotent and thread-safe; -1 means no usable source of randomness: never go on.
    if (sodium_init() < 0) throw std::runtime_error("libsodium could not start: no randomness");
}

}  // namespace

void fill_random(std::span<std::uint8_t> out) {
    require_sodium();
    randombytes_buf(out.data(), out.size());
}

std::uint64_t random_below(std::uint64_t bound) {
    // Rejection: the largest multiple of `bound` is kept, so that no value is likelier.
    const std::uint64_t unfair = (0 - bound) % bound;
    for (;;) {
        std::array<std::uint8_t, 8> bytes{};
        fill_random(bytes);
        std::uint64_t value = 0;
        for (const auto byte : bytes) {
            value = value << 8 | byte;
        }
        if (value >= unfair) return value % bound;
    }
}

std::string random_public_id(std::string_view prefix) {
    constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
    std::array<std::uint8_t, 12> bytes{};
    fill_random(bytes);
    std::string id(prefix);
    for (const auto byte : bytes) {
        id += kAlphabet[byte % kAlphabet.size()];
    }
    return id;
}

Secret random_secret() {
    Secret secret;
    fill_random({secret.data(), kKeyBytes});
    return secret;
}

void wipe(std::span<std::uint8_t> secret) {
    sodium_memzero(secret.data(), secret.size());
}

}  // namespace drawbridge::auth
