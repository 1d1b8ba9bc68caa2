#include "bench/load/connection.h"

#include <openssl/err.h>
#include <strings.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace drawbridge::bench {
namespace {

constexpr int kPatienceMs = 20'000;

[[noreturn]] void fail(const std::string& what) {
    const auto code = ERR_peek_last_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    throw std::runtime_error(reason == nullptr ? what : what + ": " + reason);
}

int connect_loopback(unsigned port) {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in endpoint{};
    endpoint.sin_family = AF_INET;
    endpoint.sin_port = htons(static_cast<std::uint16_t>(port));
    endpoint.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&endpoint);
    if (descriptor < 0 || connect(descriptor, generic, sizeof endpoint) != 0) {
        if (descriptor >= 0) close(descriptor);
        throw std::runtime_error("cannot connect to port " + std::to_string(port));
    }
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

void wait_for(int descriptor, short what) {
    pollfd waiting{descriptor, what, 0};
    if (poll(&waiting, 1, kPatienceMs) <= 0) throw std::runtime_error("no answer for 20 seconds");
}

bool is_name(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() && strncasecmp(text.data(), lower.data(), lower.size()) == 0;
}

std::string* field_of(Answer& answer, std::string_view name) {
    if (is_name(name, "content-type")) return &answer.content_type;
    if (is_name(name, "content-digest")) return &answer.content_digest;
    if (is_name(name, "signature-input")) return &answer.signature_input;
    if (is_name(name, "signature")) return &answer.signature;
    return nullptr;
}

/// Fills all but the body; the body's length.
std::size_t parse_head(std::string_view head, Answer& answer) {
    if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) fail("no HTTP/1.1 answer");
    std::from_chars(head.data() + 9, head.data() + 12, answer.status);
    std::size_t length = 0;
    for (auto at = head.find("\r\n"); at != std::string_view::npos;) {
        const auto start = at + 2;
        at = head.find("\r\n", start);
        const auto line = head.substr(start, at == std::string_view::npos ? at : at - start);
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos) continue;
        const auto name = line.substr(0, colon);
        const auto value = line.substr(colon + 2);
        if (auto* field = field_of(answer, name)) {
            *field = value;
        } else if (is_name(name, "content-length")) {
            std::from_chars(value.data(), value.data() + value.size(), length);
        } else if (is_name(name, "transfer-encoding")) {
            fail("a chunked answer, which this client does not read");
        }
    }
    return length;
}

}  // namespace

TlsClient::TlsClient(const std::string& ca_file, std::string server_name)
    : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
      server_name_(std::move(server_name)) {
    if (!context_) fail("TLS context");
    if (SSL_CTX_load_verify_locations(context_.get(), ca_file.c_str(), nullptr) != 1) {
        fail(ca_file);
    }
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_read_ahead(context_.get(), 1);
}

Connection::Connection(const TlsClient& client, unsigned port)
    : descriptor_(connect_loopback(port)),
      ssl_(SSL_new(client.context())) {
    SSL_set1_host(ssl_, client.server_name().c_str());
    SSL_set_fd(ssl_, descriptor_);
    if (SSL_connect(ssl_) != 1) {
        SSL_free(ssl_);
        close(descriptor_);
        fail("TLS handshake");
    }
    fcntl(descriptor_, F_SETFL, O_NONBLOCK);
}

Connection::~Connection() {
    SSL_free(ssl_);
    close(descriptor_);
}

void Connection::send(std::string_view request) {
    while (!request.empty()) {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_write_ex(ssl_, request.data(), request.size(), &count);
        if (result == 1) {
            request.remove_prefix(count);
            continue;
        }
        // The server reads on while we wait, for it owes us nothing meanwhile.
        const int error = SSL_get_error(ssl_, result);
        if (error != SSL_ERROR_WANT_WRITE && error != SSL_ERROR_WANT_READ) fail("write");
        wait_for(descriptor_, error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN);
    }
}

bool Connection::receive() {
    while (!take_answer()) {
        if (!read_some()) return false;
    }
    return true;
}

bool Connection::read_some() {
    std::array<char, 16'384> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init): written to
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_, bytes.data(), bytes.size(), &count);
    if (result != 1) {
        if (SSL_get_error(ssl_, result) == SSL_ERROR_WANT_READ) return false;
        fail("the server closed the connection");
    }
    in_.append(bytes.data(), count);
    return true;
}

bool Connection::take_answer() {
    const auto end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    answer_ = {};
    const auto length = parse_head(std::string_view(in_).substr(0, end), answer_);
    if (in_.size() < end + 4 + length) return false;
    answer_.body.assign(in_, end + 4, length);
    in_.erase(0, end + 4 + length);
    return true;
}

}  // namespace drawbridge::bench
