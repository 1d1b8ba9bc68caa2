#include "net/tls_context.h"

#include <openssl/err.h>

#include <stdexcept>
#include <string_view>
#include <utility>

namespace drawbridge::net {
namespace {

constexpr char kTls12Ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view kHttp11 = "\x08http/1.1";

[[noreturn]] void fail(const std::string& what) {
    const auto code = ERR_peek_last_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    throw std::runtime_error(reason == nullptr ? what : what + ": " + reason);
}

// A key under a passphrase would otherwise ask on the terminal.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

using Byte = unsigned char;

// A client that names protocols, but not ours, is told so in the handshake.
// NOLINTNEXTLINE(readability-function-size): OpenSSL gives the parameters
int select_protocol(SSL*, const Byte** out, Byte* length, const Byte* in, unsigned size, void*) {
    const auto* const ours = reinterpret_cast<const Byte*>(kHttp11.data());
    const auto our_size = static_cast<unsigned>(kHttp11.size());
    Byte* chosen = nullptr;
    const int found = SSL_select_next_proto(&chosen, length, ours, our_size, in, size);
    if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

void set_protocol(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(
        context,
        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
    );
    if (SSL_CTX_set_cipher_list(context, kTls12Ciphers) != 1) fail("TLS ciphers");
    SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
    // Resumption by tickets only: nothing is kept here for a client that has left.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    // Released buffers are what makes a parked connection cost 20 kB instead of 34.
    SSL_CTX_set_mode(
        context,
        SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
    );
    SSL_CTX_set_read_ahead(context, 1);  // a record in one read instead of two
}

std::shared_ptr<SSL_CTX> load(const TlsFiles& files) {
    ERR_clear_error();
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context) fail("TLS context");
    set_protocol(context.get());
    SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
    const auto chain = files.certificate_chain.string();
    if (SSL_CTX_use_certificate_chain_file(context.get(), chain.c_str()) != 1) {
        fail("certificate " + chain);
    }
    const auto key = files.private_key.string();
    if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
        fail("private key " + key);
    }
    if (SSL_CTX_check_private_key(context.get()) != 1) fail("private key " + key);
    return context;
}

}  // namespace

TlsContext::TlsContext(TlsFiles files) : files_(std::move(files)), context_(load(files_)) {}

SslPtr TlsContext::make_session() const {
    const auto context = context_.with([](const auto& current) { return current; });
    SslPtr ssl(SSL_new(context.get()));
    if (ssl) SSL_set_accept_state(ssl.get());
    return ssl;
}

std::optional<std::string> TlsContext::reload() {
    try {
        auto fresh = load(files_);
        context_.with([&](auto& current) { current.swap(fresh); });
        return std::nullopt;
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

}  // namespace drawbridge::net
