#include "net/head_rules.h"

#include "shared/limits.h"

#include <algorithm>

namespace drawbridge::net {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::size_t kMaxPortDigits = 5;
constexpr std::size_t kMaxLengthDigits = 18;

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_';
}

bool is_literal_char(char c) {
    return (c >= 'a' && c <= 'f') || is_digit(c) || c == ':' || c == '.';
}

/// Length of the host part of a lower-case authority, 0 if it is none.
std::size_t host_length(std::string_view text) {
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos || end < 3) return 0;
        const auto literal = text.substr(1, end - 1);
        return std::all_of(literal.begin(), literal.end(), is_literal_char) ? end + 1 : 0;
    }
    const auto end = std::min(text.find(':'), text.size());
    const auto name = text.substr(0, end);
    return std::all_of(name.begin(), name.end(), is_name_char) ? end : 0;
}

}  // namespace

std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t from) {
    const auto overlap = std::min(from, kHeadEnd.size() - 1);
    const auto end = bytes.find(kHeadEnd, from - overlap);
    if (end == std::string_view::npos) return std::nullopt;
    return end + kHeadEnd.size();
}

bool is_clean_head(std::string_view head, std::size_t from) {
    // The last byte again: what a CR or LF means depends on its neighbour.
    for (std::size_t i = from == 0 ? 0 : from - 1; i < head.size(); ++i) {
        const char c = head[i];
        if (is_text(c)) continue;
        const char before = i == 0 ? '\0' : head[i - 1];
        const bool is_last = i + 1 == head.size();
        const char after = is_last ? '\0' : head[i + 1];
        if (c == '\r' && (is_last || after == '\n')) continue;
        if (c == '\n' && before == '\r' && after != ' ' && after != '\t') continue;
        return false;
    }
    return true;
}

bool is_origin_form(std::string_view target) {
    return target.starts_with('/') && std::all_of(target.begin(), target.end(), [](char c) {
               return c > 0x20 && c < 0x7f && c != '#';
           });
}

std::optional<std::string> canonical_authority(std::string_view host) {
    if (host.empty() || host.size() > kMaxAuthorityLength) return std::nullopt;
    std::string text(host);
    std::transform(text.begin(), text.end(), text.begin(), to_lower);
    const auto length = host_length(text);
    if (length == 0) return std::nullopt;
    if (length == text.size()) return text;
    const auto port = std::string_view(text).substr(length + 1);
    if (text[length] != ':' || port.empty() || port.size() > kMaxPortDigits) return std::nullopt;
    if (!std::all_of(port.begin(), port.end(), is_digit)) return std::nullopt;
    if (port == "443") text.resize(length);
    return text;
}

bool is_plain_length(std::string_view value) {
    return !value.empty() && value.size() <= kMaxLengthDigits &&
           std::all_of(value.begin(), value.end(), is_digit);
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return to_lower(a) == to_lower(b);
    });
}

}  // namespace drawbridge::net
