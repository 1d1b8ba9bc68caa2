// Makes the private certificate authority of an instance and the server certificates under it:
// ECDSA on P-256, signed with SHA-256. Keys are plain PEM; the caller keeps their files private.
#pragma once

#include "base/clock.h"

#include <string>
#include <vector>

namespace drawbridge::pki {

struct Issued {
    std::string certificate;  // PEM
    std::string key;          // PEM, PKCS #8
};

/// Ten years, may sign server certificates only (path length 0). Any thread. Throws
/// std::runtime_error.
[[nodiscard]] Issued make_authority(const std::string& instance_name, base::UnixMs now);

/// 820 days: clients refuse server certificates of more than 825. The first host is also the
/// common name; hosts are DNS names or IP addresses, each once (`is_host`).
[[nodiscard]] Issued make_server_certificate(
    const Issued& authority,
    const std::vector<std::string>& hosts,
    base::UnixMs now
);

/// `hosts` and this machine's own names, each once.
[[nodiscard]] std::vector<std::string> with_local_names(const std::vector<std::string>& hosts);

}  // namespace drawbridge::pki
