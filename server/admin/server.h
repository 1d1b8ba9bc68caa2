// The admin plane: REST over HTTPS for staff and drawbridgectl (docs/operating.md). Its own port,
// loopback by default; bearer tokens; every privileged action is audited in its transaction.
#pragma once

#include "base/clock.h"
#include "net/server.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace drawbridge::ingest {
class Counters;
class Network;
}  // namespace drawbridge::ingest

namespace drawbridge::store {
class Backups;
class Journal;
class Writer;
}  // namespace drawbridge::store

namespace drawbridge::admin {

/// Traces of crashes that are kept.
struct Crashes {
    std::size_t kept = 0;
    std::optional<base::UnixMs> last_at;
};

struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8444;          // 0: any free one
    std::filesystem::path certificate;  // PEM, with its chain
    std::filesystem::path key;
    std::filesystem::path database;    // read through connections of its own
    std::filesystem::path master_key;  // its file; empty: it is none that could be replaced

    std::string instance;  // its name, as the configuration gives it

    // For status and metrics; what is not given is not shown.
    std::filesystem::path public_certificate;    // the data plane's; empty: `certificate`
    const ingest::Counters* counters = nullptr;  // outlives the server
    std::function<net::Stats()> data_plane;      // called from any thread
    std::function<Crashes()> crashes;            // called from any thread
    store::Backups* backups = nullptr;           // outlives the server
    store::Journal* journal = nullptr;           // the same; used on the store thread
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
    /// Takes the certificate that is in the files now; what is wrong with it, if anything.
    [[nodiscard]] std::optional<std::string> reload_certificate();
    /// Answers what is under way and ends. Call before the writer stops.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace drawbridge::admin
