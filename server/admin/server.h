// The admin plane: REST over HTTPS for staff and drawbridgectl (docs/operating.md). Its own port,
// loopback by default; bearer tokens; every privileged action is audited in its transaction.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace drawbridge::ingest {
class Network;
}

namespace drawbridge::store {
class Writer;
}

namespace drawbridge::admin {

struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8444;          // 0: any free one
    std::filesystem::path certificate;  // PEM, with its chain
    std::filesystem::path key;
    std::filesystem::path database;  // read through connections of its own
};

/// Built, started and stopped by main's thread. Network and writer outlive it.
class Server {
public:
    Server(Options options, ingest::Network& network, store::Writer& writer);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens and serves; the bound port. Throws std::runtime_error when it cannot.
    [[nodiscard]] std::uint16_t start();
    /// Answers what is under way and ends. Call before the writer stops.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace drawbridge::admin
