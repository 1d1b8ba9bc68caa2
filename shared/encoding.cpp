#include "shared/encoding.h"

#include "shared/limits.h"

#include <array>

namespace drawbridge {
namespace {

constexpr char kUrlAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kPlainAlphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
// A bit that no value of a digit has, so that those of four can be looked at together.
constexpr std::uint32_t kNoDigit = 0x40;

using DigitValues = std::array<std::uint8_t, 256>;

constexpr DigitValues values_of(const char* alphabet) {
    DigitValues values{};
    values.fill(kNoDigit);
    for (std::uint8_t value = 0; value < 64; ++value) {
        values[static_cast<std::uint8_t>(alphabet[value])] = value;
    }
    return values;
}

constexpr DigitValues kUrlValues = values_of(kUrlAlphabet);
constexpr DigitValues kPlainValues = values_of(kPlainAlphabet);

std::size_t encode_digits(Bytes bytes, const char* alphabet, char* out) {
    std::size_t written = 0;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8) | byte;
        for (held += 8; held >= 6;) {
            held -= 6;
            out[written++] = alphabet[(bits >> held) & 63];
        }
    }
    if (held > 0) out[written++] = alphabet[(bits << (6 - held)) & 63];
    return written;
}

std::uint32_t value_at(const DigitValues& values, std::string_view text, std::size_t at) {
    return values[static_cast<std::uint8_t>(text[at])];
}

// The last two or three digits. Unused bits that are not zero are not canonical.
bool decode_rest(std::string_view text, std::uint8_t* out, const DigitValues& values) {
    std::uint32_t bits = 0;
    std::uint32_t seen = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto value = value_at(values, text, at);
        seen |= value;
        bits = bits << 6 | value;
    }
    const auto unused = static_cast<unsigned>(text.size() * 6 % 8);
    if ((seen & kNoDigit) != 0 || (bits & ((1U << unused) - 1)) != 0) return false;
    bits >>= unused;
    if (text.size() == 3) *out++ = static_cast<std::uint8_t>(bits >> 8);
    *out = static_cast<std::uint8_t>(bits);
    return true;
}

// Digits without padding; a lone one is not canonical.
std::optional<std::size_t>
decode_digits(std::string_view text, std::span<std::uint8_t> out, const DigitValues& values) {
    const std::size_t rest = text.size() % 4;
    const std::size_t size = text.size() / 4 * 3 + rest * 6 / 8;
    if (rest == 1 || size > out.size()) return std::nullopt;
    std::uint8_t* next = out.data();
    std::uint32_t seen = 0;
    for (std::size_t at = 0; at + 4 <= text.size(); at += 4) {
        const auto a = value_at(values, text, at);
        const auto b = value_at(values, text, at + 1);
        const auto c = value_at(values, text, at + 2);
        const auto d = value_at(values, text, at + 3);
        seen |= a | b | c | d;
        const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
        *next++ = static_cast<std::uint8_t>(bits >> 16);
        *next++ = static_cast<std::uint8_t>(bits >> 8);
        *next++ = static_cast<std::uint8_t>(bits);
    }
    if ((seen & kNoDigit) != 0) return std::nullopt;
    if (rest != 0 && !decode_rest(text.substr(text.size() - rest), next, values)) {
        return std::nullopt;
    }
    return size;
}

}  // namespace

std::size_t encode_base64url(Bytes bytes, char* out) {
    return encode_digits(bytes, kUrlAlphabet, out);
}

std::size_t encode_base64(Bytes bytes, char* out) {
    std::size_t written = encode_digits(bytes, kPlainAlphabet, out);
    while (written % 4 != 0) {
        out[written++] = '=';
    }
    return written;
}

std::optional<std::size_t> decode_base64url(std::string_view text, std::span<std::uint8_t> out) {
    return decode_digits(text, out, kUrlValues);
}

std::optional<std::size_t> decode_base64(std::string_view text, std::span<std::uint8_t> out) {
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.ends_with("==")) {
        text.remove_suffix(2);
    } else if (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    // `====`, `x===` and an `=` in the middle fail here, being no digits.
    return decode_digits(text, out, kPlainValues);
}

Hex64 print_hex64(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
    }
    return print_hex(bytes);
}

std::optional<std::uint64_t> parse_hex64(std::string_view text) {
    if (text.size() != 16) return std::nullopt;
    std::uint64_t value = 0;
    for (const char digit : text) {
        const bool decimal = digit >= '0' && digit <= '9';
        if (!decimal && (digit < 'a' || digit > 'f')) return std::nullopt;
        value = (value << 4) | static_cast<unsigned>(decimal ? digit - '0' : digit - 'a' + 10);
    }
    return value;
}

Decimal print_decimal(std::uint64_t value) {
    char digits[20];
    std::size_t start = sizeof digits;
    do {
        digits[--start] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value != 0);
    Decimal result;
    (void)result.append({digits + start, sizeof digits - start});
    return result;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
    if (text.empty() || text.size() > 16) return std::nullopt;
    if (text.size() > 1 && text[0] == '0') return std::nullopt;
    std::uint64_t value = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(digit - '0');
    }
    if (value > kMaxSafeInteger) return std::nullopt;
    return value;
}

std::uint32_t crc32(std::string_view text) {
    std::uint32_t crc = 0xFFFFFFFF;
    for (const char character : text) {
        crc ^= static_cast<std::uint8_t>(character);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ (0xEDB88320 & (0U - (crc & 1)));
        }
    }
    return ~crc;
}

FixedText<8> print_crc32(std::string_view text) {
    FixedText<8> result;
    (void)result.append(print_hex64(crc32(text)).view().substr(8));
    return result;
}

}  // namespace drawbridge
