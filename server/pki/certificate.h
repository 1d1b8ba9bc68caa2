// Reads certificates: whom they name, how long they last, whether they fit their key and their
// authority. Works on PEM texts; any thread.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drawbridge::pki {

struct Certificate {
    std::string subject;             // RFC 2253
    std::vector<std::string> names;  // DNS names and IP addresses it is good for
    base::UnixMs not_before = 0;
    base::UnixMs not_after = 0;
    std::string sha256;  // of the DER, as OpenSSL prints it: "AB:CD:…"
    std::vector<std::uint8_t> der;
    bool is_authority = false;
};

/// The first certificate of the text. Throws std::runtime_error when there is none.
[[nodiscard]] Certificate read_certificate(const std::string& pem);

/// Throws std::runtime_error when either cannot be read.
[[nodiscard]] bool key_fits(const std::string& certificate_pem, const std::string& key_pem);

/// Empty when the first certificate of `chain_pem`, with the others as intermediates, is a TLS
/// server's under `authority_pem` at that time, else OpenSSL's reason. No authority: the public
/// roots of this machine.
[[nodiscard]] std::string
chain_problem(const std::string& chain_pem, const std::string& authority_pem, base::UnixMs now);

/// Whether a client that asked for `host` would accept the certificate's names.
[[nodiscard]] bool names_host(const std::string& certificate_pem, const std::string& host);

}  // namespace drawbridge::pki
