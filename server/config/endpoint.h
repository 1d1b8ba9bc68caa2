// "address:port" to listen on, as the configuration and the command line write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::config {

struct Endpoint {
    std::string address;     // IPv4 or IPv6, without brackets
    std::uint16_t port = 0;  // 0: any free one

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "192.0.2.1:8443" or "[2001:db8::1]:8443"; names are not resolved.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);
[[nodiscard]] std::string print_endpoint(const Endpoint& endpoint);

/// "host[:port]" with a DNS name or an address, as in a URL; in lower case, a ":443" removed: the
/// form in which `Host` is compared. Nothing when it is none.
[[nodiscard]] std::optional<std::string> parse_authority(std::string_view text);

}  // namespace drawbridge::config
