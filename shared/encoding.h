// Canonical text forms of bytes and numbers (docs/protocol.md §2): each value has exactly one
// spelling, and any other is refused. Pure functions.
#pragma once

#include "shared/fixed_text.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace drawbridge {

using Bytes = std::span<const std::uint8_t>;

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Unpadded base64url of RFC 4648 §5, and padded base64 of §4.
[[nodiscard]] constexpr std::size_t base64url_length(std::size_t bytes) {
    return (bytes * 8 + 5) / 6;
}

[[nodiscard]] constexpr std::size_t base64_length(std::size_t bytes) {
    return (bytes + 2) / 3 * 4;
}

// Writes exactly the length above; `out` must hold it. Returns what was written.
std::size_t encode_base64url(Bytes bytes, char* out);
std::size_t encode_base64(Bytes bytes, char* out);

// Nothing when the text is not canonical or decodes to more than `out` holds; else the number of
// bytes written.
[[nodiscard]] std::optional<std::size_t>
decode_base64url(std::string_view text, std::span<std::uint8_t> out);
[[nodiscard]] std::optional<std::size_t>
decode_base64(std::string_view text, std::span<std::uint8_t> out);

template <std::size_t Size>
[[nodiscard]] FixedText<base64url_length(Size)> print_base64url(
    const std::array<std::uint8_t, Size>& bytes
) {
    char text[base64url_length(Size)];
    FixedText<base64url_length(Size)> result;
    // Fits by construction.
    (void)result.append({text, encode_base64url(bytes, text)});
    return result;
}

// Exactly Size bytes, or nothing.
template <std::size_t Size>
[[nodiscard]] std::optional<std::array<std::uint8_t, Size>> parse_base64url(std::string_view text) {
    std::array<std::uint8_t, Size> bytes{};
    if (text.size() != base64url_length(Size)) return std::nullopt;
    if (decode_base64url(text, bytes) != Size) return std::nullopt;
    return bytes;
}

// Lower-case hex.
template <std::size_t Size>
[[nodiscard]] FixedText<2 * Size> print_hex(const std::array<std::uint8_t, Size>& bytes) {
    FixedText<2 * Size> result;
    for (const unsigned byte : bytes) {
        (void)result.append("0123456789abcdef"[byte >> 4]);
        (void)result.append("0123456789abcdef"[byte & 15]);
    }
    return result;
}

using Hex64 = FixedText<16>;
[[nodiscard]] Hex64 print_hex64(std::uint64_t value);
// Exactly 16 lower-case digits.
[[nodiscard]] std::optional<std::uint64_t> parse_hex64(std::string_view text);

// Canonical decimal: no sign, no leading zero, at most 2^53 - 1.
using Decimal = FixedText<20>;
[[nodiscard]] Decimal print_decimal(std::uint64_t value);
[[nodiscard]] std::optional<std::uint64_t> parse_decimal(std::string_view text);

// CRC-32 (IEEE, as in zlib), and its 8 lower-case hex digits.
[[nodiscard]] std::uint32_t crc32(std::string_view text);
[[nodiscard]] FixedText<8> print_crc32(std::string_view text);

}  // namespace drawbridge
