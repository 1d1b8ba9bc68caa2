#include "config/config.h"

#include "config/section.h"
#include "pki/host.h"
#include "shared/limits.h"
#include "store/files.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

namespace drawbridge::config {
namespace {

constexpr std::size_t kMaxFile = 1 << 20;
constexpr std::size_t kMaxNameLength = 64;
constexpr std::int64_t kLongestGraceMs = 30 * base::kDayMs;
constexpr std::int64_t kLongestBackupIntervalMs = 30 * base::kDayMs;
constexpr std::string_view kScheme = "https://";

void read_endpoint(Section& section, const char* key, Endpoint& out) {
    std::string text;
    if (!section.text(key, text)) return;
    if (const auto endpoint = parse_endpoint(text)) {
        out = *endpoint;
    } else {
        section.wrong(
            key,
            R"("ADDRESS:PORT" with an IP address, like "0.0.0.0:8443" or "[::]:8443")"
        );
    }
}

void read_listen(Section section, Listen& out) {
    read_endpoint(section, "data", out.data);
    read_endpoint(section, "admin", out.admin);
    section.integer("threads", {0, 256}, out.threads);
    section.finish();
}

void read_tls(Section section, const std::filesystem::path& folder, Tls& out) {
    std::string certificate = "server.pem";
    std::string key = "server.key";
    std::string ca = "ca.pem";
    section.text("certificate", certificate);
    section.text("key", key);
    section.text("ca", ca);
    if (certificate.empty()) section.wrong("certificate", "the name of a PEM file");
    if (key.empty()) section.wrong("key", "the name of a PEM file");
    section.finish();
    out.certificate = folder / certificate;
    out.key = folder / key;
    if (!ca.empty()) out.ca = folder / ca;
}

void read_breaker(Section section, bans::BreakerLimits& out) {
    constexpr IntegerRange kRange{1, 1'000'000};
    section.integer("burst", kRange, out.burst);
    section.integer("quiet_burst", kRange, out.quiet_burst);
    section.integer("times_mean", kRange, out.times_mean);
    section.integer("day", kRange, out.day);
    section.integer("owner_day", kRange, out.owner_day);
    section.finish();
}

void read_limits(Section section, Limits& out) {
    section.integer("max_connections", {1, 1'000'000}, out.max_connections);
    section.integer("connections_per_address", {1, 1'000'000}, out.connections_per_address);
    section.integer("failures_per_address", {1, 1'000'000}, out.failures_per_address);
    section.integer("requests_per_second", {1, 100'000}, out.requests_per_second);
    section.integer("queue", {1, 1'000'000}, out.queue);
    section.finish();
}

void read_evidence(Section section, identity::Thresholds& out) {
    section.integer("ban", {identity::kLeastForBan, identity::kMostForBan}, out.ban);
    section.integer("watch", {1, identity::kMostForBan}, out.watch);
    if (out.watch > out.ban) section.wrong("watch", "at most what `ban` is");
    section.finish();
}

void read_backup(Section section, const std::filesystem::path& folder, store::BackupSettings& out) {
    std::string name = "backups";
    section.text("folder", name);
    if (name.empty()) section.wrong("folder", "the name of a folder");
    section.duration_ms("interval", kLongestBackupIntervalMs, out.interval_ms);
    if (out.interval_ms > 0 && out.interval_ms < base::kMinuteMs) {
        section.wrong("interval", "one minute or more, or 0 for none on a schedule");
    }
    section.integer("hourly", {0, 10'000}, out.keep.hourly);
    section.integer("daily", {0, 10'000}, out.keep.daily);
    section.integer("weekly", {0, 10'000}, out.keep.weekly);
    section.finish();
    out.folder = folder / name;
}

void read_retention(Section section, privacy::Periods& out) {
    constexpr DurationRange kRange{privacy::kShortestPeriod, privacy::kLongestPeriod};
    for (const auto& rule : privacy::retention_rules()) {
        if (!rule.is_configured) continue;
        auto period = out.of(rule.category);
        section.period_ms(rule.name, kRange, rule.may_be_never, period);
        out.set(rule.category, period);
    }
    section.finish();
}

void read_log(Section section, base::LogLevel& out) {
    std::string level = "info";
    section.text("level", level);
    if (level == "debug") {
        out = base::LogLevel::debug;
    } else if (level == "info") {
        out = base::LogLevel::info;
    } else if (level == "warning") {
        out = base::LogLevel::warning;
    } else if (level == "error") {
        out = base::LogLevel::error;
    } else {
        section.wrong("level", R"("debug", "info", "warning" or "error")");
    }
    section.finish();
}

void read_public_url(Section& section, std::string& out) {
    std::string text;
    if (!section.text("public_url", text)) return;
    const bool is_https = std::string_view(text).starts_with(kScheme);
    const auto authority =
        is_https ? parse_authority(std::string_view(text).substr(kScheme.size())) : std::nullopt;
    if (!authority || text.size() > kMaxUrlBytes) {
        return section.wrong(
            "public_url",
            R"("https://HOST" or "https://HOST:PORT", nothing after it)"
        );
    }
    out = std::string(kScheme) + *authority;
}

void read_authorities(Section& section, std::vector<std::string>& out) {
    std::vector<std::string> texts;
    section.texts("authorities", texts);
    for (const auto& text : texts) {
        if (auto authority = parse_authority(text)) {
            out.push_back(*std::move(authority));
        } else {
            section.wrong("authorities", R"("HOST" or "HOST:PORT" in each element)");
        }
    }
}

void read_root(Section root, const std::filesystem::path& folder, Config& out) {
    root.require("name");
    if (root.text("name", out.name)) {
        if (const auto problem = name_problem(out.name); !problem.empty()) {
            root.wrong("name", problem);
        }
    }
    root.require("host");
    if (root.text("host", out.host) && !pki::is_host(out.host)) {
        root.wrong("host", "a DNS name or an IP address, without scheme and port");
    }
    read_public_url(root, out.public_url);
    read_authorities(root, out.authorities);
    read_listen(root.table("listen"), out.listen);
    read_tls(root.table("tls"), folder, out.tls);
    auto bans = root.table("bans");
    bans.duration_ms("grace", kLongestGraceMs, out.ban_grace_ms);
    bans.boolean("second_person", out.second_person);
    bans.integer("orphan_days", {1, 3650}, out.orphan_days);
    bans.finish();
    read_breaker(root.table("breaker"), out.breaker);
    auto appeals = root.table("appeals");
    appeals.integer("days", {1, 365}, out.appeal_days);
    appeals.finish();
    read_evidence(root.table("evidence"), out.evidence);
    auto owners = root.table("owners");
    owners.integer("trust_after_days", {0, 3650}, out.trust_after_days);
    owners.integer("persons_a_day", {1, 100'000'000}, out.persons_a_day);
    owners.finish();
    read_limits(root.table("limits"), out.limits);
    read_backup(root.table("backup"), folder, out.backup);
    read_retention(root.table("retention"), out.retention);
    read_log(root.table("log"), out.log_level);
    auto debug = root.table("debug");
    debug.boolean("core_dumps", out.core_dumps);
    debug.finish();
    root.finish();
}

}  // namespace

std::string name_problem(const std::string& name) {
    std::string expected = "a name of 1 to 64 characters, without control characters";
    if (name.empty() || name.size() > kMaxNameLength) return expected;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) return expected;
    }
    return {};
}

Loaded load(const std::filesystem::path& file) {
    Loaded loaded;
    const auto shown = file.filename().string();
    try {
        const auto content = store::read_file(file, kMaxFile);
        const std::string text(content.begin(), content.end());
        const toml::table root = toml::parse(text);
        const auto folder = std::filesystem::absolute(file).parent_path();
        read_root({&root, shown, "", loaded.problems}, folder, loaded.config);
    } catch (const toml::parse_error& error) {
        loaded.problems.push_back(
            fmt::format("{}:{}: {}", shown, error.source().begin.line, error.description())
        );
    } catch (const std::runtime_error& error) {
        loaded.problems.emplace_back(error.what());
    }
    return loaded;
}

}  // namespace drawbridge::config
