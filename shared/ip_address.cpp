#include "shared/ip_address.h"

#include "shared/encoding.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace drawbridge {
namespace {

using Ipv4 = std::array<std::uint8_t, 4>;
using Groups = std::array<std::uint16_t, 8>;
constexpr std::size_t kPrefixGroups = 4;  // a /64

// Four canonical decimals: no leading zero, which some readers take as octal.
std::optional<Ipv4> parse_ipv4(std::string_view text) {
    Ipv4 address{};
    for (std::size_t i = 0; i < address.size(); ++i) {
        const std::size_t dot = text.find('.');
        if ((dot == std::string_view::npos) != (i == 3)) return std::nullopt;
        const auto value = parse_decimal(text.substr(0, dot));
        if (!value || *value > 255) return std::nullopt;
        address[i] = static_cast<std::uint8_t>(*value);
        if (dot != std::string_view::npos) text.remove_prefix(dot + 1);
    }
    return address;
}

std::optional<std::uint16_t> parse_group(std::string_view text) {
    if (text.empty() || text.size() > 4) return std::nullopt;
    unsigned value = 0;
    for (const char digit : text) {
        const std::size_t hex = std::string_view{"0123456789abcdef0123456789ABCDEF"}.find(digit);
        if (hex == std::string_view::npos) return std::nullopt;
        value = value << 4 | static_cast<unsigned>(hex & 15);
    }
    return static_cast<std::uint16_t>(value);
}

// Groups parted by single colons, the last of which may be an IPv4 address (two groups). Fills
// from the front; nothing when malformed or more than eight.
std::optional<std::size_t> parse_groups(std::string_view text, Groups& out) {
    std::size_t count = 0;
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        const std::string_view part = text.substr(0, colon);
        if (colon == std::string_view::npos && part.find('.') != std::string_view::npos) {
            const auto ipv4 = parse_ipv4(part);
            if (!ipv4 || count > 6) return std::nullopt;
            out[count++] = static_cast<std::uint16_t>((*ipv4)[0] << 8 | (*ipv4)[1]);
            out[count++] = static_cast<std::uint16_t>((*ipv4)[2] << 8 | (*ipv4)[3]);
            return count;
        }
        const auto group = parse_group(part);
        if (!group || count == out.size()) return std::nullopt;
        out[count++] = *group;
        if (colon == std::string_view::npos) return count;
        text.remove_prefix(colon + 1);
        if (text.empty()) return std::nullopt;
    }
    return count;
}

std::optional<Groups> parse_ipv6(std::string_view text) {
    Groups head{};
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        return parse_groups(text, head) == head.size() ? std::optional{head} : std::nullopt;
    }
    // An IPv4 tail cannot stand before the gap.
    if (text.substr(0, gap).find('.') != std::string_view::npos) return std::nullopt;
    Groups tail{};
    const auto before = parse_groups(text.substr(0, gap), head);
    const auto after = parse_groups(text.substr(gap + 2), tail);
    // `::` stands for at least one group.
    if (!before || !after || *before + *after > 7) return std::nullopt;
    for (std::size_t i = 0; i < *after; ++i) {
        head[head.size() - *after + i] = tail[i];
    }
    return head;
}

bool is_mapped_ipv4(const Groups& groups) {
    for (std::size_t i = 0; i < 5; ++i) {
        if (groups[i] != 0) return false;
    }
    return groups[5] == 0xFFFF;
}

IdentifierValue print_ipv4(const Ipv4& address) {
    IdentifierValue result;
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (i > 0) (void)result.append('.');
        (void)result.append(print_decimal(address[i]).view());
    }
    return result;
}

// The lower four groups are zero, so RFC 5952's longest run of zeros always ends the address: it
// begins after the last group of the prefix that is not zero.
IdentifierValue print_prefix(const Groups& groups) {
    std::size_t shown = kPrefixGroups;
    while (shown > 0 && groups[shown - 1] == 0) {
        --shown;
    }
    IdentifierValue result;
    for (std::size_t i = 0; i < shown; ++i) {
        const auto digits = print_hex64(groups[i]);
        const std::string_view four = digits.view().substr(12);
        const std::size_t zeros = four.find_first_not_of('0');
        if (i > 0) (void)result.append(':');
        (void)result.append(four.substr(zeros == std::string_view::npos ? 3 : zeros));
    }
    (void)result.append("::/64");
    return result;
}

}  // namespace

std::optional<IdentifierValue> normalise_ip(std::string_view text) {
    if (text.find(':') == std::string_view::npos) {
        const auto ipv4 = parse_ipv4(text);
        if (!ipv4) return std::nullopt;
        return print_ipv4(*ipv4);
    }
    const auto groups = parse_ipv6(text);
    if (!groups) return std::nullopt;
    if (!is_mapped_ipv4(*groups)) return print_prefix(*groups);
    const auto high = (*groups)[6];
    const auto low = (*groups)[7];
    return print_ipv4(
        {static_cast<std::uint8_t>(high >> 8),
         static_cast<std::uint8_t>(high & 255),
         static_cast<std::uint8_t>(low >> 8),
         static_cast<std::uint8_t>(low & 255)}
    );
}

}  // namespace drawbridge
