// The public data plane: TLS, HTTP/1.1, limits and parked polls in front of the gate.
// docs/protocol.md §1, §5 and §8 say what a client sees of it.
#pragma once

#include "shared/limits.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace drawbridge::ingest {
class Gate;
}

namespace drawbridge::net {

/// Each time is the whole time for its step, however the bytes trickle in.
struct Limits {
    std::chrono::milliseconds handshake{std::chrono::seconds(kHandshakeSeconds)};
    std::chrono::milliseconds head{std::chrono::seconds(kHeadSeconds)};  // from its first byte
    std::chrono::milliseconds body{std::chrono::seconds(kBodySeconds)};
    std::chrono::milliseconds idle{std::chrono::seconds(kIdleSeconds)};
    std::chrono::milliseconds write{std::chrono::seconds(30)};  // of each 256 KiB
    std::chrono::milliseconds drain{std::chrono::seconds(10)};
    std::size_t head_bytes = kMaxHeadBytes;
    std::size_t target_bytes = kMaxTargetBytes;
    std::size_t connections = 15'000;
    std::size_t connections_per_address = 1'000;  // an IPv6 address counts as its /64
    unsigned failures_per_address = 100;          // unsigned 401s in the window, then 429
    std::chrono::milliseconds failure_window{std::chrono::seconds(10)};
};

struct Options {
    std::string address = "0.0.0.0";
    std::uint16_t port = 8443;  // 0: any free one
    unsigned threads = 2;
    Limits limits;
};

/// PEM files: the server's certificate followed by its chain, and the key to it.
struct TlsFiles {
    std::filesystem::path certificate_chain;
    std::filesystem::path private_key;
};

/// Counters run from the start of the process; `connections` and `parked` are of this moment.
struct Stats {
    std::uint64_t connections = 0;
    std::uint64_t parked = 0;
    std::uint64_t accepted = 0;
    std::uint64_t refused_full = 0;
    std::uint64_t refused_address = 0;
    std::uint64_t failed_handshakes = 0;
    std::uint64_t timeouts = 0;                 // handshake, head, body and write together
    std::uint64_t dropped_polls = 0;            // the client went away while parked
    std::uint64_t revoked_polls = 0;            // closed without an answer
    std::uint64_t faults = 0;                   // an exception ended the connection
    std::map<unsigned, std::uint64_t> answers;  // by status
};

/// Built, started and drained by main's thread; `stats` and `reload_certificate` from any thread.
/// The gate outlives it. Ignores SIGPIPE for the process and raises its open-file limit.
class Server {
public:
    /// Throws std::runtime_error when the certificate or key cannot be used.
    Server(Options options, TlsFiles files, ingest::Gate& gate);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens without answering yet; returns the bound "address:port", for what must know it
    /// before the first request. Throws std::runtime_error when it cannot listen, for instance
    /// because the address is in use.
    [[nodiscard]] std::string open();
    /// Serves; opens first when that was not done. Returns the bound "address:port".
    std::string start();

    /// Stops accepting, answers what is admitted, ends parked polls with 204, closes the rest;
    /// returns when all is closed, at the latest a little after `Limits::drain`. For good.
    void drain();

    [[nodiscard]] Stats stats() const;

    /// New connections get the certificate that the files hold now. On failure says why, and the
    /// old one stays.
    [[nodiscard]] std::optional<std::string> reload_certificate();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace drawbridge::net
