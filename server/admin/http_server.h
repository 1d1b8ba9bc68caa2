// The admin plane's HTTPS listener: a thin shell over cpp-httplib, which is one thread a connection
// and has open denial-of-service reports, so it never stands on the public side.
#pragma once

#include "admin/message.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace drawbridge::admin {

/// PEM files.
struct HttpOptions {
    std::string address;
    std::uint16_t port = 0;  // 0: any free one
    std::string certificate;
    std::string key;
};

/// `start` and `stop` from one thread; the handlers run on the listener's threads.
class HttpServer {
public:
    /// Sets whose token it is, or the refusal; asked before the body is read.
    using Authenticate = std::function<bool(const std::string& bearer, Request&, Reply&)>;
    using Handle = std::function<Reply(const Request&)>;
    /// Told of every request and its answer; `admin` is empty when no token was right.
    using Observe = std::function<void(const Request&, const Reply&)>;

    HttpServer(Authenticate authenticate, Handle handle, Observe observe);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// The bound port. Throws std::runtime_error when certificate, key or address cannot be used.
    [[nodiscard]] std::uint16_t start(const HttpOptions& options);
    /// Reads certificate and key again, for new connections. Any thread, after `start`. What is
    /// wrong with them, if anything; then the old ones stay.
    [[nodiscard]] std::optional<std::string> reload_certificate();
    /// Ends after the requests that are under way. Idempotent.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace drawbridge::admin
