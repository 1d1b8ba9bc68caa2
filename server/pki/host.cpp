#include "pki/host.h"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace drawbridge::pki {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > kMaxLabel) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    for (const char c : label) {
        if (!is_letter_or_digit(c) && c != '-') return false;
    }
    return true;
}

bool all_digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bool is_ip_address(std::string_view text) {
    const std::string copy(text);
    in_addr four{};
    in6_addr six{};
    return inet_pton(AF_INET, copy.c_str(), &four) == 1 ||
           inet_pton(AF_INET6, copy.c_str(), &six) == 1;
}

bool is_host(std::string_view text) {
    if (text.size() > kMaxName || text.find('\0') != std::string_view::npos) return false;
    if (is_ip_address(text)) return true;
    std::string_view rest = text;
    for (;;) {
        const auto dot = rest.find('.');
        const auto label = rest.substr(0, dot);
        if (!is_label(label)) return false;
        // A last label of digits alone would be an IPv4 address that is none.
        if (dot == std::string_view::npos) return !all_digits(label);
        rest.remove_prefix(dot + 1);
    }
}

std::vector<std::string> local_names() {
    return {"localhost", "127.0.0.1", "::1"};
}

std::string url_host(std::string_view host) {
    std::string out;
    for (const char c : host) {
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out.find(':') == std::string::npos ? out : "[" + out + "]";
}

}  // namespace drawbridge::pki
