// One keep-alive TLS connection of the load generator: a request out, its whole answer in. OpenSSL
// on the bare socket, so that the generator takes as little as it can of the cores it shares with
// what it measures.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

namespace drawbridge::bench {

/// Fields are empty when absent.
struct Answer {
    unsigned status = 0;
    std::string content_type;
    std::string content_digest;
    std::string signature_input;
    std::string signature;
    std::string body;
};

/// What all connections share: the CA that the server's certificate must lead to, and its name.
class TlsClient {
public:
    TlsClient(const std::string& ca_file, std::string server_name);

    [[nodiscard]] SSL_CTX* context() const { return context_.get(); }

    [[nodiscard]] const std::string& server_name() const { return server_name_; }

private:
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    const std::string server_name_;
};

/// One thread. Throws std::runtime_error when the connection breaks.
class Connection {
public:
    /// Connects to 127.0.0.1 and ends the handshake, waiting.
    Connection(const TlsClient& client, unsigned port);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

    void send(std::string_view request);
    /// What has arrived; true: the answer is whole and stands in `answer()`.
    [[nodiscard]] bool receive();

    [[nodiscard]] const Answer& answer() const { return answer_; }

private:
    [[nodiscard]] bool read_some();
    [[nodiscard]] bool take_answer();

    int descriptor_;
    SSL* ssl_;
    std::string in_;
    Answer answer_;
};

}  // namespace drawbridge::bench
