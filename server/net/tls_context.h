// OpenSSL set up for the data plane: what is offered, and with which certificate.
#pragma once

#include "base/guarded.h"
#include "net/server.h"

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

namespace drawbridge::net {

struct SslDeleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

using SslPtr = std::unique_ptr<SSL, SslDeleter>;

/// Any thread. Each connection keeps the context it began with.
class TlsContext {
public:
    /// Throws std::runtime_error, naming the file, when a file cannot be used.
    explicit TlsContext(TlsFiles files);

    /// A server's end without a transport yet; null when memory is out.
    [[nodiscard]] SslPtr make_session() const;

    /// Reads the files again. On failure says why and changes nothing.
    [[nodiscard]] std::optional<std::string> reload();

private:
    TlsFiles files_;
    base::Guarded<std::shared_ptr<SSL_CTX>> context_;
};

}  // namespace drawbridge::net
