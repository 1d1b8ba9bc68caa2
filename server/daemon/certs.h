// `drawbridged certs`: shows the certificates of an instance, renews the server's.
#pragma once

#include "base/clock.h"
#include "daemon/data_folder.h"

#include <string>
#include <vector>

namespace drawbridge::daemon {

/// What there is, for people: names, expiry, fingerprints. Throws std::runtime_error.
[[nodiscard]] std::string describe_certificates(const DataFolder& folder, base::UnixMs now);

/// A new key and certificate under the same CA, so that no game server notices: for `host` and
/// public_url of the configuration, `extra_hosts`, and this machine's own names. The key is in
/// place before its certificate; a daemon that reads them in between keeps the old pair.
void renew_certificate(
    const DataFolder& folder,
    const std::vector<std::string>& extra_hosts,
    base::UnixMs now
);

}  // namespace drawbridge::daemon
