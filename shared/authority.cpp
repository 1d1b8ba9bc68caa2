#include "shared/authority.h"

#include "shared/encoding.h"

#include <cstddef>

namespace drawbridge {
namespace {

constexpr std::size_t kNpos = std::string_view::npos;
constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
constexpr std::string_view kAddressCharacters = "abcdef0123456789:.";

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The length of the host in front; 0 when there is none.
std::size_t host_length(std::string_view text) {
    if (!text.starts_with('[')) {
        const std::size_t end = text.find(':');
        const std::string_view name = text.substr(0, end);
        return name.find_first_not_of(kNameCharacters) == kNpos ? name.size() : 0;
    }
    const std::size_t close = text.find(']');
    if (close == kNpos || close < 3) return 0;
    const std::string_view address = text.substr(1, close - 1);
    return address.find_first_not_of(kAddressCharacters) == kNpos ? close + 1 : 0;
}

}  // namespace

std::optional<Authority> normalise_authority(std::string_view host) {
    Authority lower;
    for (const char character : host) {
        if (!lower.append(to_lower(character))) return std::nullopt;
    }
    const std::size_t length = host_length(lower.view());
    if (length == 0) return std::nullopt;
    if (length == lower.size()) return lower;
    const std::string_view port = lower.view().substr(length + 1);
    const auto number = lower.view()[length] == ':' ? parse_decimal(port) : std::nullopt;
    if (!number || *number == 0 || *number > 65535) return std::nullopt;
    if (*number != 443) return lower;
    Authority result;
    (void)result.append(lower.view().substr(0, length));
    return result;
}

}  // namespace drawbridge
