#include "client.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace drawbridge::net::test {
namespace {

constexpr timeval kPatience{10, 0};

sockaddr_in to_endpoint(const std::string& address) {
    const auto colon = address.rfind(':');
    sockaddr_in endpoint{};
    endpoint.sin_family = AF_INET;
    endpoint.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    inet_pton(AF_INET, address.substr(0, colon).c_str(), &endpoint.sin_addr);
    return endpoint;
}

Answer parse_head(std::string_view head) {
    Answer answer;
    answer.status = static_cast<unsigned>(std::stoi(std::string(head.substr(9, 3))));
    for (auto at = head.find("\r\n") + 2; at < head.size();) {
        const auto end = std::min(head.find("\r\n", at), head.size());
        const auto line = head.substr(at, end - at);
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos) {
            answer.fields.emplace(line.substr(0, colon), line.substr(colon + 2));
        }
        at = end + 2;
    }
    return answer;
}

}  // namespace

Wire::Wire(const std::string& address) : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
    const auto endpoint = to_endpoint(address);
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&endpoint);
    if (connect(descriptor_, generic, sizeof endpoint) != 0) {
        ::close(descriptor_);
        throw std::runtime_error("cannot connect to " + address);
    }
}

Wire::~Wire() {
    close();
}

bool Wire::send(std::string_view bytes) const {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(bytes.size());
}

bool Wire::is_closed_within(std::chrono::milliseconds time) const {
    const auto deadline = std::chrono::steady_clock::now() + time;
    std::array<char, 4096> ignored{};
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now()
        );
        pollfd waiting{descriptor_, POLLIN, 0};
        if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
            return false;
        }
        if (recv(descriptor_, ignored.data(), ignored.size(), 0) <= 0) return true;
    }
}

void Wire::shutdown_write() const {
    shutdown(descriptor_, SHUT_WR);
}

void Wire::reset() {
    const linger hard{1, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
}

void Wire::close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

Client::Client(const std::string& address, const Options& options)
    : wire_(address),
      context_(SSL_CTX_new(TLS_client_method())),
      ssl_(SSL_new(context_)) {
    if (options.max_version != 0) {
        SSL_set_min_proto_version(ssl_, 0);
        SSL_set_security_level(ssl_, 0);
        SSL_set_max_proto_version(ssl_, options.max_version);
    }
    const auto& name = options.protocol;
    const auto wish = static_cast<char>(name.size()) + name;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(wish.data());
    SSL_set_alpn_protos(ssl_, bytes, static_cast<unsigned>(wish.size()));
    SSL_set_fd(ssl_, wire_.descriptor());
    if (SSL_connect(ssl_) != 1) {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
        ERR_clear_error();
        throw std::runtime_error("handshake failed");
    }
}

Client::~Client() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
}

bool Client::send(std::string_view bytes) {
    ERR_clear_error();
    std::size_t sent = 0;
    return SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent) == 1 && sent == bytes.size();
}

bool Client::read_more() {
    std::array<char, 16384> bytes{};
    std::size_t count = 0;
    ERR_clear_error();
    if (SSL_read_ex(ssl_, bytes.data(), bytes.size(), &count) != 1) return false;
    in_.append(bytes.data(), count);
    return true;
}

Answer Client::receive() {
    std::size_t end = 0;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more()) return {};
    }
    auto answer = parse_head(std::string_view(in_).substr(0, end));
    in_.erase(0, end + 4);
    const auto length = answer.field("content-length");
    const auto size = length.empty() ? 0 : std::stoul(length);
    while (in_.size() < size) {
        if (!read_more()) return {};
    }
    answer.body = in_.substr(0, size);
    in_.erase(0, size);
    return answer;
}

Answer Client::exchange(std::string_view bytes) {
    if (!send(bytes)) return {};
    return receive();
}

bool Client::ends_within(std::chrono::milliseconds time) {
    const timeval patience{time.count() / 1000, time.count() % 1000 * 1000};
    setsockopt(wire_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const auto deadline = std::chrono::steady_clock::now() + time;
    if (!in_.empty() || read_more()) return false;
    return std::chrono::steady_clock::now() < deadline;
}

std::string Client::common_name() const {
    auto* const certificate = SSL_get1_peer_certificate(ssl_);
    std::array<char, 64> name{};
    auto* const subject = X509_get_subject_name(certificate);
    X509_NAME_get_text_by_NID(subject, NID_commonName, name.data(), name.size());
    X509_free(certificate);
    return name.data();
}

void Client::close() {
    SSL_shutdown(ssl_);
    wire_.close();
}

std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: localhost:8443\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost:8443\r\n\r\n";
}

void sleep_for(std::chrono::milliseconds time) {
    std::this_thread::sleep_for(time);
}

}  // namespace drawbridge::net::test
