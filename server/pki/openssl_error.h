// Ownership of OpenSSL's objects, and its errors as exceptions. For the sources of pki only.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace drawbridge::pki {

template <auto Function>
struct Deleter {
    template <class T>
    void operator()(T* object) const {
        Function(object);
    }
};

using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Deleter<X509_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, Deleter<X509_STORE_CTX_free>>;

/// Throws std::runtime_error with OpenSSL's reason; its error queue is empty afterwards.
[[noreturn]] void fail_openssl(const char* doing);

/// For calls that answer 1 on success.
inline void require_one(int result, const char* doing) {
    if (result != 1) fail_openssl(doing);
}

/// The first certificate of a PEM text, or throws.
[[nodiscard]] CertificatePtr parse_certificate(const std::string& pem);
/// A private key without passphrase, or throws.
[[nodiscard]] KeyPtr parse_key(const std::string& pem);
[[nodiscard]] std::string bio_text(BIO* bio);

}  // namespace drawbridge::pki
