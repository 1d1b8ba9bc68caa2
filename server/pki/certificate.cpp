#include "pki/certificate.h"

#include "pki/host.h"
#include "pki/openssl_error.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <array>
#include <ctime>

namespace drawbridge::pki {
namespace {

struct StackDeleter {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};

using StackPtr = std::unique_ptr<STACK_OF(X509), StackDeleter>;

base::UnixMs unix_ms_of(const ASN1_TIME* time) {
    std::tm parts{};
    require_one(ASN1_TIME_to_tm(time, &parts), "read a validity time");
    return static_cast<base::UnixMs>(timegm(&parts)) * base::kSecondMs;
}

std::string subject_of(X509* certificate) {
    const BioPtr out(BIO_new(BIO_s_mem()));
    if (!out) fail_openssl("allocate a buffer");
    if (X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) {
        fail_openssl("read the subject");
    }
    return bio_text(out.get());
}

std::string address_text(const ASN1_OCTET_STRING* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
    if (family == AF_INET6 && ASN1_STRING_length(address) != 16) return "invalid address";
    inet_ntop(family, ASN1_STRING_get0_data(address), text.data(), text.size());
    return text.data();
}

std::vector<std::string> names_of(X509* certificate) {
    std::vector<std::string> out;
    const NamesPtr names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)
    ));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        int type = 0;
        const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
        if (type == GEN_IPADD) {
            out.push_back(address_text(static_cast<const ASN1_OCTET_STRING*>(value)));
        } else if (type == GEN_DNS) {
            const auto* text = static_cast<const ASN1_IA5STRING*>(value);
            const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(text));
            out.emplace_back(data, static_cast<std::size_t>(ASN1_STRING_length(text)));
        }
    }
    return out;
}

std::vector<std::uint8_t> der_of(X509* certificate) {
    unsigned char* data = nullptr;
    const int size = i2d_X509(certificate, &data);
    if (size < 0) fail_openssl("encode a certificate");
    std::vector<std::uint8_t> der(data, data + size);
    OPENSSL_free(data);
    return der;
}

std::string sha256_of(X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    require_one(X509_digest(certificate, EVP_sha256(), digest.data(), &size), "hash a certificate");
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        if (i > 0) text += ':';
        text += kHex[digest.at(i) >> 4U];
        text += kHex[digest.at(i) & 0x0fU];
    }
    return text;
}

StackPtr read_all(const std::string& pem) {
    StackPtr all(sk_X509_new_null());
    const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!all || !in) fail_openssl("allocate a buffer");
    while (X509* next = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) {
        if (sk_X509_push(all.get(), next) <= 0) {
            X509_free(next);
            fail_openssl("hold a certificate");
        }
    }
    ERR_clear_error();  // the end of the text is reported as an error
    return all;
}

}  // namespace

Certificate read_certificate(const std::string& pem) {
    const auto read = parse_certificate(pem);
    Certificate out;
    out.subject = subject_of(read.get());
    out.names = names_of(read.get());
    out.not_before = unix_ms_of(X509_get0_notBefore(read.get()));
    out.not_after = unix_ms_of(X509_get0_notAfter(read.get()));
    out.sha256 = sha256_of(read.get());
    out.der = der_of(read.get());
    out.is_authority = X509_check_ca(read.get()) == 1;
    return out;
}

bool key_fits(const std::string& certificate_pem, const std::string& key_pem) {
    const auto certificate = parse_certificate(certificate_pem);
    const auto key = parse_key(key_pem);
    const bool fits = X509_check_private_key(certificate.get(), key.get()) == 1;
    ERR_clear_error();
    return fits;
}

std::string
chain_problem(const std::string& chain_pem, const std::string& authority_pem, base::UnixMs now) {
    const auto leaf = parse_certificate(chain_pem);
    const auto chain = read_all(chain_pem);
    const StorePtr store(X509_STORE_new());
    const StoreContextPtr context(X509_STORE_CTX_new());
    if (!store || !context) fail_openssl("prepare a verification");
    if (authority_pem.empty()) {
        require_one(X509_STORE_set_default_paths(store.get()), "find the public roots");
    } else {
        const auto authority = parse_certificate(authority_pem);
        require_one(X509_STORE_add_cert(store.get(), authority.get()), "hold the authority");
    }
    require_one(
        X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), chain.get()),
        "start a verification"
    );
    require_one(X509_STORE_CTX_set_default(context.get(), "ssl_server"), "set the purpose");
    const auto seconds = static_cast<std::time_t>(now / base::kSecondMs);
    X509_STORE_CTX_set_time(context.get(), 0, seconds);
    const bool good = X509_verify_cert(context.get()) == 1;
    const int reason = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    return good ? "" : X509_verify_cert_error_string(reason);
}

bool names_host(const std::string& certificate_pem, const std::string& host) {
    const auto certificate = parse_certificate(certificate_pem);
    if (is_ip_address(host)) return X509_check_ip_asc(certificate.get(), host.c_str(), 0) == 1;
    return X509_check_host(certificate.get(), host.data(), host.size(), 0, nullptr) == 1;
}

}  // namespace drawbridge::pki
