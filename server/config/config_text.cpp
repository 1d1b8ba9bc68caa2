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
second_person = false       # what one of the staff puts on the network, another has to confirm
orphan_days = 90            # after which staff look again at bans of a server that is silent

# A server in mode auto that bans more than this goes back to mode review until staff have looked.
[breaker]
burst = 20                  # bans in ten minutes; of a quiet server fewer:
times_mean = 5              # so many times its own mean of 30 days,
quiet_burst = 5             # but at least so many
day = 200                   # bans in 24 hours
owner_day = 400             # bans in 24 hours of all servers of an owner, proposed ones included

[appeals]
days = 14                   # within which staff should decide one

# How much evidence makes a player one who is banned under another account, in bits: for a refusal,
# for telling the operator. Below 8 too many of the wrong ones would be refused.
[evidence]
ban = 12
watch = 4

# What an owner's servers have seen counts for others when the owner has been heard for so long, or
# when staff say so: drawbridgectl owner set-trust.
[owners]
trust_after_days = 14
persons_a_day = 100000      # players that all servers of an owner may make known

[limits]
max_connections = 16384
connections_per_address = 1024
failures_per_address = 1000 # refused signatures in ten seconds, then the address is refused
requests_per_second = 500   # of one game server; four times as many in a burst
queue = 10000               # requests that may wait for the disk

# Sealed copies of the database, each read back before it counts. The newest of so many hours,
# days and weeks stays. Put a copy of the folder, and of drawbridge.journal, on another machine.
[backup]
folder = "backups"          # relative to this folder
interval = "1h"             # 0: only at start and when asked for
hourly = 24
daily = 7
weekly = 4

# How long what is stored is kept; what is past its time is deleted once a day and at start.
# Beyond these: join sessions a day, event ids 73 hours, the audit trail for ever.
[retention]
{}
[log]
level = "info"              # debug, info, warning, error

[debug]
core_dumps = false          # true: memory with all keys in it may be written to a core, or debugged
)";

std::string print_period(const privacy::Period& period) {
    return period ? fmt::format("{}d", *period / base::kDayMs) : "never";
}

std::string retention_lines() {
    std::string lines;
    for (const auto& rule : privacy::retention_rules()) {
        if (!rule.is_configured) continue;
        const auto value = fmt::format("{} = \"{}\"", rule.name, print_period(rule.period));
        lines += fmt::format("{:<27} # {}\n", value, rule.meaning);
    }
    return lines;
}

}  // namespace

std::string initial_text(const std::string& name, const std::string& host) {
    return fmt::format(kTemplate, quoted(name), quoted(host), retention_lines());
}

}  // namespace drawbridge::config
