#include "pki/issue.h"

#include "pki/host.h"
#include "pki/openssl_error.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>

namespace drawbridge::pki {
namespace {

constexpr long kAuthorityDays = 3650;
constexpr long kServerDays = 820;
// Valid a little before it was made, for game servers whose clocks are behind.
constexpr base::UnixMs kBackdated = base::kDayMs;
constexpr std::size_t kMaxCommonName = 64;  // RFC 5280, ub-common-name

KeyPtr new_key() {
    KeyPtr key(EVP_EC_gen("P-256"));
    if (!key) fail_openssl("make a key");
    return key;
}

// 126 random bits below a set one: positive, and never shorter for its value (RFC 5280: at most 20
// octets).
void set_random_serial(X509* certificate) {
    std::array<unsigned char, 16> bytes{};
    require_one(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())), "draw a serial number");
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3fU) | 0x40U);
    const std::unique_ptr<BIGNUM, Deleter<BN_free>> number(
        BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)
    );
    if (!number ||
        BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr) {
        fail_openssl("set the serial number");
    }
}

void set_time(ASN1_TIME* field, base::UnixMs time) {
    if (ASN1_TIME_set(field, static_cast<std::time_t>(time / base::kSecondMs)) == nullptr) {
        fail_openssl("set a validity time");
    }
}

void set_common_name(X509* certificate, const std::string& text) {
    const std::string name = text.substr(0, std::min(text.size(), kMaxCommonName));
    require_one(
        X509_NAME_add_entry_by_txt(
            X509_get_subject_name(certificate),
            "CN",
            MBSTRING_UTF8,
            reinterpret_cast<const unsigned char*>(name.data()),
            static_cast<int>(name.size()),
            -1,
            0
        ),
        "set the common name"
    );
}

CertificatePtr
new_certificate(EVP_PKEY* key, const std::string& name, base::UnixMs now, long days) {
    CertificatePtr made(X509_new());
    if (!made) fail_openssl("make a certificate");
    require_one(X509_set_version(made.get(), X509_VERSION_3), "set the version");
    set_random_serial(made.get());
    set_time(X509_getm_notBefore(made.get()), now - kBackdated);
    set_time(X509_getm_notAfter(made.get()), now + days * base::kDayMs);
    set_common_name(made.get(), name);
    require_one(X509_set_pubkey(made.get(), key), "set the public key");
    return made;
}

// `value` is always text of this file, never a caller's: OpenSSL parses it as configuration.
void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    if (!extension) fail_openssl("make a certificate extension");
    require_one(X509_add_ext(certificate, extension.get(), -1), "add a certificate extension");
}

void add_name(GENERAL_NAMES* names, const std::string& host) {
    std::unique_ptr<GENERAL_NAME, Deleter<GENERAL_NAME_free>> name(GENERAL_NAME_new());
    if (!name) fail_openssl("make a certificate name");
    if (is_ip_address(host)) {
        ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
        if (address == nullptr) fail_openssl("encode an address");
        GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address);
    } else {
        ASN1_IA5STRING* text = ASN1_IA5STRING_new();
        if (text == nullptr) fail_openssl("encode a name");
        GENERAL_NAME_set0_value(name.get(), GEN_DNS, text);  // owns `text` from here
        require_one(
            ASN1_STRING_set(text, host.data(), static_cast<int>(host.size())),
            "set a name"
        );
    }
    if (sk_GENERAL_NAME_push(names, name.get()) <= 0) fail_openssl("add a certificate name");
    (void)name.release();
}

void add_alternative_names(X509* certificate, const std::vector<std::string>& hosts) {
    const NamesPtr names(sk_GENERAL_NAME_new_null());
    if (!names) fail_openssl("make a list of names");
    for (const auto& host : hosts) {
        if (!is_host(host)) throw std::runtime_error("not a host name or IP address: " + host);
        add_name(names.get(), host);
    }
    require_one(
        X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT),
        "add the names"
    );
}

void sign(X509* certificate, EVP_PKEY* key) {
    if (X509_sign(certificate, key, EVP_sha256()) <= 0) fail_openssl("sign a certificate");
}

std::string certificate_pem(X509* certificate) {
    const BioPtr out(BIO_new(BIO_s_mem()));
    if (!out) fail_openssl("allocate a buffer");
    require_one(PEM_write_bio_X509(out.get(), certificate), "write a certificate");
    return bio_text(out.get());
}

std::string key_pem(EVP_PKEY* key) {
    const BioPtr out(BIO_new(BIO_s_secmem()));  // wiped when freed
    if (!out) fail_openssl("allocate a buffer");
    require_one(
        PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr),
        "write a key"
    );
    return bio_text(out.get());
}

}  // namespace

Issued make_authority(const std::string& instance_name, base::UnixMs now) {
    const KeyPtr key = new_key();
    const auto made =
        new_certificate(key.get(), "Drawbridge CA " + instance_name, now, kAuthorityDays);
    require_one(
        X509_set_issuer_name(made.get(), X509_get_subject_name(made.get())),
        "set the issuer"
    );
    X509* const self = made.get();
    add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(self, self, NID_subject_key_identifier, "hash");
    add_extension(self, self, NID_authority_key_identifier, "keyid:always");
    sign(self, key.get());
    return {certificate_pem(self), key_pem(key.get())};
}

Issued make_server_certificate(
    const Issued& authority,
    const std::vector<std::string>& hosts,
    base::UnixMs now
) {
    if (hosts.empty()) throw std::runtime_error("a server certificate needs a host");
    const auto issuer = parse_certificate(authority.certificate);
    const auto issuer_key = parse_key(authority.key);
    const KeyPtr key = new_key();
    const auto made = new_certificate(key.get(), hosts.front(), now, kServerDays);
    require_one(
        X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get())),
        "set the issuer"
    );
    add_extension(made.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(made.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(made.get(), issuer.get(), NID_ext_key_usage, "serverAuth");
    add_extension(made.get(), issuer.get(), NID_subject_key_identifier, "hash");
    add_extension(made.get(), issuer.get(), NID_authority_key_identifier, "keyid:always");
    add_alternative_names(made.get(), hosts);
    sign(made.get(), issuer_key.get());
    return {certificate_pem(made.get()), key_pem(key.get())};
}

std::vector<std::string> with_local_names(const std::vector<std::string>& hosts) {
    std::vector<std::string> names = hosts;
    for (auto& local : local_names()) {
        if (std::find(names.begin(), names.end(), local) == names.end()) {
            names.push_back(std::move(local));
        }
    }
    return names;
}

}  // namespace drawbridge::pki
