#include "net/tls_stream.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <utility>

namespace drawbridge::net {
namespace {

constexpr std::size_t kRecordBytes = 16'384;
// A fast peer must not keep its thread for itself: after so many records the others get a turn.
constexpr unsigned kTurns = 32;
constexpr std::size_t kMaxLinger = 4'194'304;

std::array<char, kRecordBytes>& scratch() {
    thread_local std::array<char, kRecordBytes> bytes;
    return bytes;
}

}  // namespace

TlsStream::TlsStream(Socket socket, SslPtr ssl) : socket_(std::move(socket)), ssl_(std::move(ssl)) {
    boost::system::error_code ignored;  // without it answers are only slower
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    boost::system::error_code ec;
    socket_.non_blocking(true, ec);  // for OpenSSL's calls and for Asio's own in `close`
    failed_ = ec || !ssl_ || SSL_set_fd(ssl_.get(), socket_.native_handle()) != 1;
}

TlsStream::~TlsStream() = default;

Awaitable<void> TlsStream::wait(Socket::wait_type what) {
    if (aborted_) co_return;
    turns_ = 0;
    co_await socket_.async_wait(what, kAwait);
}

Awaitable<void> TlsStream::give_way() {
    if (++turns_ < kTurns) co_return;
    turns_ = 0;
    co_await asio::post(socket_.get_executor(), asio::use_awaitable_t<Executor>{});
}

// After an operation of OpenSSL that did not succeed: waits for what it wants, or says it is over.
Awaitable<bool> TlsStream::retry(int result) {
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ) {
        co_await wait(Socket::wait_read);
    } else if (error == SSL_ERROR_WANT_WRITE) {
        co_await wait(Socket::wait_write);
    } else {
        failed_ = error != SSL_ERROR_ZERO_RETURN;
        co_return false;
    }
    co_return !aborted_;
}

Awaitable<bool> TlsStream::handshake() {
    if (!is_usable()) co_return false;
    for (;;) {
        ERR_clear_error();
        const int result = SSL_accept(ssl_.get());
        if (result == 1) co_return true;
        const bool again = co_await retry(result);
        if (!again) co_return false;
    }
}

TlsStream::Got TlsStream::try_read(std::string& into) {
    if (!is_usable()) return Got::closed;
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), scratch().data(), scratch().size(), &count);
    if (result == 1) {
        into.append(scratch().data(), count);
        return Got::bytes;
    }
    // Renegotiation is off, so a read never waits for writability.
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ) return Got::nothing;
    failed_ = error != SSL_ERROR_ZERO_RETURN;
    return Got::closed;
}

Awaitable<void> TlsStream::readable() {
    co_await wait(Socket::wait_read);
}

Awaitable<void> TlsStream::broken() {
    co_await wait(Socket::wait_error);
}

Awaitable<bool> TlsStream::read(std::string& into) {
    co_await give_way();
    for (;;) {
        const auto got = try_read(into);
        if (got != Got::nothing) co_return got == Got::bytes;
        co_await wait(Socket::wait_read);
    }
}

Awaitable<bool> TlsStream::write(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!is_usable()) co_return false;
        ERR_clear_error();
        std::size_t count = 0;
        const auto record = std::min(bytes.size(), kRecordBytes);
        const int result = SSL_write_ex(ssl_.get(), bytes.data(), record, &count);
        if (result == 1) {
            bytes.remove_prefix(count);
            co_await give_way();
            continue;
        }
        const bool again = co_await retry(result);
        if (!again) co_return false;
    }
    co_return true;
}

Awaitable<void> TlsStream::close() {
    if (!is_usable()) co_return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // one try: a peer that takes nothing is not waited for
    boost::system::error_code ec;
    socket_.shutdown(Socket::shutdown_send, ec);
    for (std::size_t taken = 0; !ec && !aborted_ && taken < kMaxLinger;) {
        const auto count = socket_.read_some(asio::buffer(scratch()), ec);
        taken += count;
        if (ec == asio::error::would_block) {
            ec = {};
            co_await wait(Socket::wait_read);
        }
    }
}

void TlsStream::wake() {
    boost::system::error_code ignored;  // nothing waits: nothing to wake
    socket_.cancel(ignored);
}

void TlsStream::abort() {
    aborted_ = true;
    wake();
}

}  // namespace drawbridge::net
