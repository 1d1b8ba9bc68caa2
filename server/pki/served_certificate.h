// The certificate that a TLS listener shows, exchangeable while it listens. OpenSSL's context must
// not be altered while handshakes read it, so each handshake is led to the current one.
#pragma once

#include "base/guarded.h"

#include <filesystem>
#include <memory>

struct ssl_ctx_st;
struct ssl_st;

namespace drawbridge::pki {

/// `load` from any thread; handshakes read it on the listener's threads.
class ServedCertificate {
public:
    /// Reads the PEM files. Throws std::runtime_error that names what cannot be used.
    ServedCertificate(std::filesystem::path chain, std::filesystem::path key);

    /// Reads the files again, for the handshakes from now on. Throws as the constructor does; then
    /// the certificate stays as it was.
    void load();

    /// Before the listener starts; this object outlives it.
    void attach(ssl_ctx_st* listener);

private:
    /// In every handshake, when the client has said hello.
    static int lead(ssl_st* session, int* alert, void* served);

    const std::filesystem::path chain_;
    const std::filesystem::path key_;
    base::Guarded<std::shared_ptr<ssl_ctx_st>> current_;
};

}  // namespace drawbridge::pki
