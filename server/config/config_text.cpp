#include "config/config.h"

#include <fmt/format.h>

#include <string>

namespace drawbridge::config {
namespace {

// A TOML basic string. Control characters were refused before (name_problem, is_host).
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

constexpr const char* kTemplate =
    R"(# Drawbridge. Check it with  drawbridged check --data DIR ; it is read at start.
# Times: "90s", "10m", "2h", "7d", or whole seconds.

# Shown to operators and staff.
name = {}

# How game servers reach this machine: a DNS name or an IP address. The server certificate must
# carry it: after a change run  drawbridged certs --data DIR --renew
host = {}

# What game servers connect to, when that is not https://HOST:<data port>; behind a proxy, say.
#public_url = "https://ban.example.org"

# Further values of the Host field to accept.
#authorities = ["ban.example.org:8443"]

[listen]
data = "0.0.0.0:8443"       # game servers: reachable from outside
admin = "127.0.0.1:8444"    # staff and drawbridgectl: keep it private
threads = 0                 # 0: one for each core

# PEM files, relative to this folder. With a public certificate set ca = "" (certs/README.md).
[tls]
certificate = "server.pem"
key = "server.key"
ca = "ca.pem"

[bans]
grace = "10m"               # before a ban of a server in mode auto binds the network

[limits]
max_connections = 16384
connections_per_address = 1024
failures_per_address = 1000 # refused signatures in ten seconds, then the address is refused
requests_per_second = 500   # of one game server; four times as many in a burst
queue = 10000               # requests that may wait for the disk

[log]
level = "info"              # debug, info, warning, error
)";

}  // namespace

std::string initial_text(const std::string& name, const std::string& host) {
    return fmt::format(kTemplate, quoted(name), quoted(host));
}

}  // namespace drawbridge::config
