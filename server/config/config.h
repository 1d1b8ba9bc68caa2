// The configuration of a daemon: drawbridge.toml in its data folder. Every mistake is named with
// file, line, key and what was expected; nothing misspelt is silently ignored.
#pragma once

#include "bans/breaker.h"
#include "base/clock.h"
#include "base/log.h"
#include "config/endpoint.h"
#include "identity/evidence.h"
#include "privacy/retention.h"
#include "store/backup_settings.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace drawbridge::config {

struct Listen {
    Endpoint data{"0.0.0.0", 8443};
    Endpoint admin{"127.0.0.1", 8444};
    unsigned threads = 0;  // 0: one for each core
};

/// Paths are absolute once loaded; relative ones count from the data folder.
struct Tls {
    std::filesystem::path certificate;
    std::filesystem::path key;
    std::filesystem::path ca;  // empty: game servers trust the public roots
};

struct Limits {
    std::size_t max_connections = 16384;
    std::size_t connections_per_address = 1024;
    // Unsigned 401s in ten seconds, then 429. Honest servers may share an address with a host that
    // is wrong, and a failed signature costs microseconds: only a flood is worth refusing all.
    unsigned failures_per_address = 1000;
    unsigned requests_per_second = 500;  // of one key; four times as many in a burst
    std::size_t queue = 10000;           // requests waiting for the store
};

/// A value; immutable once loaded.
struct Config {
    std::string name;
    std::string host;
    std::string public_url;                // "https://host[:port]", empty: host and data port
    std::vector<std::string> authorities;  // more forms of `Host` to accept
    Listen listen;
    Tls tls;
    base::UnixMs ban_grace_ms = 10 * base::kMinuteMs;
    bans::BreakerLimits breaker;
    bool second_person = false;     // for what staff put on the network
    int appeal_days = 14;           // within which staff should decide one
    std::int64_t orphan_days = 90;  // without a word of its server a ban is orphaned
    identity::Thresholds evidence;
    std::int64_t trust_after_days = 14;    // since an owner was first heard
    std::int64_t persons_a_day = 100'000;  // whom all servers of an owner may make known
    Limits limits;
    store::BackupSettings backup;  // the folder is absolute once loaded
    privacy::Periods retention;
    base::LogLevel log_level = base::LogLevel::info;
    bool core_dumps = false;
};

struct Loaded {
    Config config;
    std::vector<std::string> problems;  // empty: `config` may be used
};

/// Never throws for what stands in the file.
[[nodiscard]] Loaded load(const std::filesystem::path& file);

/// Empty, or what is wrong with an instance's name.
[[nodiscard]] std::string name_problem(const std::string& name);

/// The file that `init` writes: every key, with its meaning and default.
[[nodiscard]] std::string initial_text(const std::string& name, const std::string& host);

}  // namespace drawbridge::config
