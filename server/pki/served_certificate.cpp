#include "pki/served_certificate.h"

#include "pki/openssl_error.h"

#include <openssl/ssl.h>

#include <utility>

namespace drawbridge::pki {
namespace {

using ContextPtr = std::shared_ptr<SSL_CTX>;

// A key under a passphrase would otherwise ask on the terminal.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

ContextPtr read(const std::filesystem::path& chain, const std::filesystem::path& key) {
    ContextPtr context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context) fail_openssl("make a TLS context");
    SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
    const auto use_chain = "use certificate " + chain.string();
    require_one(
        SSL_CTX_use_certificate_chain_file(context.get(), chain.c_str()),
        use_chain.c_str()
    );
    const auto use_key = "use private key " + key.string();
    require_one(
        SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM),
        use_key.c_str()
    );
    require_one(SSL_CTX_check_private_key(context.get()), use_key.c_str());
    return context;
}

}  // namespace

int ServedCertificate::lead(ssl_st* session, int* /*alert*/, void* served) {
    const auto context =
        static_cast<ServedCertificate*>(served)->current_.with([](const ContextPtr& current) {
            return current;
        });
    // The session holds the context from here on.
    const bool set = SSL_set_SSL_CTX(session, context.get()) != nullptr;
    return set ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_ERROR;
}

ServedCertificate::ServedCertificate(std::filesystem::path chain, std::filesystem::path key)
    : chain_(std::move(chain)),
      key_(std::move(key)),
      current_(read(chain_, key_)) {}

void ServedCertificate::load() {
    auto fresh = read(chain_, key_);
    current_.with([&](ContextPtr& current) { current.swap(fresh); });
}

void ServedCertificate::attach(ssl_ctx_st* listener) {
    SSL_CTX_set_client_hello_cb(listener, lead, this);
}

}  // namespace drawbridge::pki
