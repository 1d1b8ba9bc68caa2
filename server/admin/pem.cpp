#include "admin/pem.h"

#include "shared/encoding.h"

namespace drawbridge::admin {

std::string der_to_pem(std::string_view der) {
    if (der.empty()) return {};
    std::string base64(base64_length(der.size()), '\0');
    base64.resize(encode_base64(as_bytes(der), base64.data()));
    std::string pem = "-----BEGIN CERTIFICATE-----\n";
    constexpr std::size_t kLine = 64;  // RFC 7468
    for (std::size_t at = 0; at < base64.size(); at += kLine) {
        pem += base64.substr(at, kLine);
        pem += '\n';
    }
    return pem + "-----END CERTIFICATE-----\n";
}

}  // namespace drawbridge::admin
