#include "certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace drawbridge::net::test {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;
using FilePtr = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

std::filesystem::path make_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "net-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    return pattern;
}

CertificatePtr make_certificate(EVP_PKEY* key, const std::string& common_name) {
    CertificatePtr certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key);
    auto* const name = X509_get_subject_name(certificate.get());
    const auto* const text = reinterpret_cast<const unsigned char*>(common_name.c_str());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    if (X509_sign(certificate.get(), key, EVP_sha256()) == 0) {
        throw std::runtime_error("cannot sign the test certificate");
    }
    return certificate;
}

}  // namespace

Certificate::Certificate(const std::string& common_name)
    : folder_(make_folder()),
      files_{folder_ / "certificate.pem", folder_ / "key.pem"} {
    const KeyPtr key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const auto certificate = make_certificate(key.get(), common_name);
    const FilePtr chain(std::fopen(files_.certificate_chain.c_str(), "w"), std::fclose);
    const FilePtr secret(std::fopen(files_.private_key.c_str(), "w"), std::fclose);
    if (PEM_write_X509(chain.get(), certificate.get()) != 1 ||
        PEM_write_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        throw std::runtime_error("cannot write the test certificate");
    }
}

Certificate::~Certificate() {
    std::error_code ignored;  // what stays behind is an empty temporary folder
    std::filesystem::remove_all(folder_, ignored);
}

}  // namespace drawbridge::net::test
