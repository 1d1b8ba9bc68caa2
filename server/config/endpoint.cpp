#include "config/endpoint.h"

#include "pki/host.h"

#include <charconv>

namespace drawbridge::config {
namespace {

struct HostAndPort {
    std::string_view host;  // without brackets
    std::string_view port;  // empty: none given
};

// Brackets stand around IPv6 and nothing else (RFC 3986).
std::optional<HostAndPort> split(std::string_view text) {
    if (!text.starts_with('[')) {
        const auto colon = text.find(':');
        if (colon == std::string_view::npos) return HostAndPort{text, {}};
        if (colon + 1 == text.size() || text.find(':', colon + 1) != std::string_view::npos) {
            return std::nullopt;
        }
        return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
    }
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const auto host = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
    if (rest.empty()) return HostAndPort{host, {}};
    if (rest.size() < 2 || rest.front() != ':') return std::nullopt;
    return HostAndPort{host, rest.substr(1)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc() || stop != end) return std::nullopt;
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    return port;
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const auto parts = split(text);
    if (!parts || !pki::is_ip_address(parts->host)) return std::nullopt;
    const auto port = parse_port(parts->port);
    if (!port) return std::nullopt;
    return Endpoint{std::string(parts->host), *port};
}

std::string print_endpoint(const Endpoint& endpoint) {
    return pki::url_host(endpoint.address) + ":" + std::to_string(endpoint.port);
}

std::optional<std::string> parse_authority(std::string_view text) {
    const auto parts = split(text);
    if (!parts || !pki::is_host(parts->host)) return std::nullopt;
    auto out = pki::url_host(parts->host);
    if (parts->port.empty()) return out;
    const auto port = parse_port(parts->port);
    if (!port || *port == 0) return std::nullopt;
    if (*port != 443) out += ":" + std::to_string(*port);
    return out;
}

}  // namespace drawbridge::config
