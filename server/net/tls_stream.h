// A thin coroutine stream: OpenSSL works on the socket itself, Asio only says when to try again.
// Asio's and Beast's own TLS streams keep buffers that make a parked connection three times as big.
#pragma once

#include "net/asio.h"
#include "net/tls_context.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace drawbridge::net {

/// All members on the thread of the socket's io_context; one coroutine uses it at a time.
/// The socket is closed by the destructor only, since OpenSSL holds the bare descriptor.
class TlsStream {
public:
    enum class Got { bytes, nothing, closed };

    /// `ssl` may be null: then the handshake fails.
    TlsStream(Socket socket, SslPtr ssl);
    ~TlsStream();
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    [[nodiscard]] Awaitable<bool> handshake();

    /// Appends what is there to `into`, without waiting. `nothing` obliges to `readable` next.
    [[nodiscard]] Got try_read(std::string& into);

    /// Until there may be more, or `wake`, or `abort`.
    [[nodiscard]] Awaitable<void> readable();

    /// Received and still with OpenSSL, so that `readable` would not tell of it.
    [[nodiscard]] bool has_pending() const { return ssl_ && SSL_has_pending(ssl_.get()) == 1; }

    /// Waits for at least one byte; false: closed or aborted.
    [[nodiscard]] Awaitable<bool> read(std::string& into);

    [[nodiscard]] Awaitable<bool> write(std::string_view bytes);

    /// Until the connection breaks, `wake`, or `abort`; what the peer sends stays with the kernel.
    [[nodiscard]] Awaitable<void> broken();

    /// close_notify, FIN, then takes in and forgets what the peer still sends, for otherwise the
    /// kernel answers it with a reset that can overtake our last answer. Bound it by `abort`.
    [[nodiscard]] Awaitable<void> close();

    /// Makes the waiting coroutine look round.
    void wake();
    /// Makes the waiting coroutine, and everything it tries from now on, fail.
    void abort();

private:
    [[nodiscard]] Awaitable<void> wait(Socket::wait_type what);
    [[nodiscard]] Awaitable<bool> retry(int result);
    [[nodiscard]] Awaitable<void> give_way();

    [[nodiscard]] bool is_usable() const { return ssl_ && !aborted_ && !failed_; }

    Socket socket_;
    SslPtr ssl_;  // after the socket: freed before the descriptor is closed
    unsigned turns_ = 0;
    bool aborted_ = false;
    bool failed_ = false;  // OpenSSL forbids a shutdown after a fatal error
};

}  // namespace drawbridge::net
