// FIPS 180-4, §6.2.2. The state is held as the instructions want it: two registers with the words
// A B E F and C D G H, highest first.
#include "shared/sha256_x86.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#include <cstring>

namespace drawbridge {
namespace {

constexpr std::size_t kRounds = 64;
constexpr std::size_t kLengthBytes = 8;

alignas(16) constexpr std::array<std::uint32_t, kRounds> kConstants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using Words = __m128i[4];  // no std::array, for it would drop the type's alignment

struct State {
    __m128i abef;
    __m128i cdgh;
};

[[gnu::target("sha,sse4.1")]] State initial_state() {
    // A to H of the standard: the square roots' 0x6a09e667 … 0x5be0cd19.
    return {
        _mm_set_epi32(
            0x6a09e667,
            static_cast<int>(0xbb67ae85),
            0x510e527f,
            static_cast<int>(0x9b05688c)
        ),
        _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19)};
}

[[gnu::target("sha,sse4.1")]] __m128i load(const void* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

// The next four words of the schedule from the sixteen before them.
[[gnu::target("sha,sse4.1")]] __m128i next_words(const Words& w, std::size_t group) {
    const auto sigma0 = _mm_sha256msg1_epu32(w[group % 4], w[(group + 1) % 4]);
    const auto seventh = _mm_alignr_epi8(w[(group + 3) % 4], w[(group + 2) % 4], 4);
    return _mm_sha256msg2_epu32(_mm_add_epi32(sigma0, seventh), w[(group + 3) % 4]);
}

[[gnu::target("sha,sse4.1")]] void compress(State& state, const std::uint8_t* block) {
    const auto big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const auto before = state;
    Words w{};
#pragma GCC unroll 16
    for (std::size_t group = 0; group < kRounds / 4; ++group) {
        auto& words = w[group % 4];
        words = group < 4 ? _mm_shuffle_epi8(load(block + 16 * group), big_endian)
                          : next_words(w, group);
        const auto sum = _mm_add_epi32(words, load(&kConstants[4 * group]));
        state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, sum);
        const auto upper = _mm_shuffle_epi32(sum, 0x0e);
        state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, upper);
    }
    state.abef = _mm_add_epi32(state.abef, before.abef);
    state.cdgh = _mm_add_epi32(state.cdgh, before.cdgh);
}

[[gnu::target("sha,sse4.1")]] std::array<std::uint8_t, 32> print(const State& state) {
    std::array<std::uint32_t, 8> words{};  // F E B A, H G D C
    std::memcpy(words.data(), &state.abef, 16);
    std::memcpy(words.data() + 4, &state.cdgh, 16);
    std::array<std::uint8_t, 32> digest{};
    std::size_t at = 0;
    for (const std::size_t word : {3U, 2U, 7U, 6U, 1U, 0U, 5U, 4U}) {
        const std::uint32_t value = __builtin_bswap32(words[word]);
        std::memcpy(digest.data() + at, &value, sizeof value);
        at += sizeof value;
    }
    return digest;
}

}  // namespace

bool has_sha_instructions() {
    static const bool has = [] {
        unsigned a = 0;
        unsigned b = 0;
        unsigned c = 0;
        unsigned d = 0;
        if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_SSE4_1) == 0) return false;
        return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
    }();
    return has;
}

[[gnu::target("sha,sse4.1")]] std::array<std::uint8_t, 32> sha256_x86(Bytes prefix, Bytes bytes) {
    auto state = initial_state();
    for (std::size_t at = 0; at < prefix.size(); at += kSha256Block) {
        compress(state, prefix.data() + at);
    }
    const auto whole = bytes.size() / kSha256Block * kSha256Block;
    for (std::size_t at = 0; at < whole; at += kSha256Block) {
        compress(state, bytes.data() + at);
    }
    // The rest, a one bit, zeros, and the length in bits, in one block or two.
    std::array<std::uint8_t, 2 * kSha256Block> last{};
    const auto rest = bytes.subspan(whole);
    if (!rest.empty()) std::memcpy(last.data(), rest.data(), rest.size());
    last[rest.size()] = 0x80;
    const bool is_one = rest.size() + 1 + kLengthBytes <= kSha256Block;
    const std::size_t end = is_one ? kSha256Block : 2 * kSha256Block;
    const std::uint64_t bits = __builtin_bswap64(8 * (prefix.size() + bytes.size()));
    std::memcpy(last.data() + end - kLengthBytes, &bits, sizeof bits);
    for (std::size_t at = 0; at < end; at += kSha256Block) {
        compress(state, last.data() + at);
    }
    return print(state);
}

}  // namespace drawbridge

#endif
