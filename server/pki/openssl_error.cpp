#include "pki/openssl_error.h"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace drawbridge::pki {
namespace {

BioPtr read_only(const std::string& text) {
    BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    if (!bio) fail_openssl("allocate a buffer");
    return bio;
}

// Without it OpenSSL would ask for a passphrase on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) {
    return -1;
}

}  // namespace

void fail_openssl(const char* doing) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    std::string text = std::string("cannot ") + doing;
    if (reason != nullptr) text += std::string(": ") + reason;
    ERR_clear_error();
    throw std::runtime_error(text);
}

CertificatePtr parse_certificate(const std::string& pem) {
    CertificatePtr certificate(PEM_read_bio_X509(read_only(pem).get(), nullptr, nullptr, nullptr));
    if (!certificate) fail_openssl("read a certificate in PEM form");
    return certificate;
}

KeyPtr parse_key(const std::string& pem) {
    KeyPtr key(PEM_read_bio_PrivateKey(read_only(pem).get(), nullptr, no_passphrase, nullptr));
    if (!key) fail_openssl("read a private key in PEM form without passphrase");
    return key;
}

std::string bio_text(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace drawbridge::pki
