// A blocking TLS client that sends exactly the bytes it is told to, well-formed or not.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace drawbridge::net::test {

/// Status 0: the connection ended before the answer was whole.
struct Answer {
    unsigned status = 0;
    std::map<std::string, std::string> fields;
    std::string body;

    [[nodiscard]] std::string field(const std::string& name) const {
        const auto found = fields.find(name);
        return found == fields.end() ? "" : found->second;
    }
};

/// TCP only; for what happens before and below TLS. Every wait ends after ten seconds.
class Wire {
public:
    explicit Wire(const std::string& address);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

    [[nodiscard]] bool send(std::string_view bytes) const;
    /// The peer closes (or resets) within the time, whatever it sends before.
    [[nodiscard]] bool is_closed_within(std::chrono::milliseconds time) const;
    void shutdown_write() const;
    void reset();  // closes with a TCP reset
    void close();

private:
    int descriptor_ = -1;
};

/// Throws std::runtime_error where the handshake fails.
class Client {
public:
    struct Options {
        int max_version = 0;  // 0: the newest
        std::string protocol = "http/1.1";
    };

    explicit Client(const std::string& address) : Client(address, Options{}) {}

    Client(const std::string& address, const Options& options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool send(std::string_view bytes);
    [[nodiscard]] Answer receive();
    [[nodiscard]] Answer exchange(std::string_view bytes);
    /// The connection ends within the time, and nothing more came on it.
    [[nodiscard]] bool ends_within(std::chrono::milliseconds time);
    [[nodiscard]] std::string common_name() const;

    [[nodiscard]] std::string version() const { return SSL_get_version(ssl_); }

    [[nodiscard]] Wire& wire() { return wire_; }

    void close();

private:
    [[nodiscard]] bool read_more();

    Wire wire_;
    SSL_CTX* context_ = nullptr;
    SSL* ssl_ = nullptr;
    std::string in_;
};

/// "POST <target>" with Host and Content-Length.
[[nodiscard]] std::string post(std::string_view target, std::string_view body);
[[nodiscard]] std::string get(std::string_view target);

/// Whether the condition comes true within five seconds.
template <class Condition>
bool eventually(Condition condition);

void sleep_for(std::chrono::milliseconds time);

template <class Condition>
bool eventually(Condition condition) {
    for (int i = 0; i < 1000; ++i) {
        if (condition()) return true;
        sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

}  // namespace drawbridge::net::test
