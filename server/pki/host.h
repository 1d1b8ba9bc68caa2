// What may stand where a host is named: a DNS name or an IP address.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::pki {

/// IPv4 in four decimal parts, or IPv6 without brackets or zone.
[[nodiscard]] bool is_ip_address(std::string_view text);

/// A DNS name in letters, digits, hyphens and dots (RFC 1123), or an IP address.
[[nodiscard]] bool is_host(std::string_view text);

/// This machine's own names: localhost, 127.0.0.1, ::1.
[[nodiscard]] std::vector<std::string> local_names();

/// As it stands in a URL or a `Host` field: lower case, IPv6 in brackets.
[[nodiscard]] std::string url_host(std::string_view host);

}  // namespace drawbridge::pki
