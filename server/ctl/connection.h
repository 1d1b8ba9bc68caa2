// Where the daemon's admin plane is and what opens it: from a data folder on this machine, or from
// a URL and files. Nothing secret is ever taken from arguments or the environment.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace drawbridge::ctl {

/// As given on the command line; empty where not.
struct Place {
    std::string data;
    std::string url;
    std::string token_file;
    std::string ca;
};

struct Connection {
    std::string host;
    std::uint16_t port = 0;
    std::string token;
    std::string ca_file;     // empty: the machine's roots
    std::string start_hint;  // what to do when nobody answers
};

/// Throws Failure.
[[nodiscard]] Connection resolve(const Place& place);

struct HostPort {
    std::string host;
    std::uint16_t port = 0;
};

/// `host`, `host:port`, `[::1]:port`. Throws Failure.
[[nodiscard]] HostPort parse_host_port(const std::string& text, std::uint16_t default_port);

/// The first line of a file that only its owner may read. Throws Failure.
[[nodiscard]] std::string read_token(const std::filesystem::path& file);

}  // namespace drawbridge::ctl
