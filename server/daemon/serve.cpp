// The order of building is the order of dependence; taking down is the reverse: first no new
// requests, then the admin plane, then the store thread, which commits what was admitted.
#include "daemon/serve.h"

#include "admin/server.h"
#include "base/core_dumps.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/thread_setup.h"
#include "base/version.h"
#include "base/work.h"
#include "config/config.h"
#include "daemon/crash_handler.h"
#include "daemon/crash_traces.h"
#include "daemon/open_store.h"
#include "daemon/runtime_file.h"
#include "daemon/signals.h"
#include "daemon/tls_check.h"
#include "ingest/gate_parts.h"
#include "ingest/housekeeping.h"
#include "net/server.h"
#include "pki/certificate.h"
#include "pki/host.h"
#include "shared/limits.h"
#include "store/audit.h"
#include "store/backups.h"
#include "store/files.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace drawbridge::daemon {
namespace {

constexpr unsigned kBurstFactor = 4;
constexpr std::chrono::hours kDaily{24};
constexpr std::size_t kMaxPem = 1 << 20;

config::Config load_config(const DataFolder& folder, const ServeOptions& options) {
    auto loaded = config::load(folder.config());
    if (!loaded.problems.empty()) {
        throw std::runtime_error(fmt::format("{}", fmt::join(loaded.problems, "\n")));
    }
    if (options.data) loaded.config.listen.data = *options.data;
    if (options.admin) loaded.config.listen.admin = *options.admin;
    return std::move(loaded.config);
}

void require_tls(const config::Config& config) {
    for (const auto& finding : check_tls(config, base::unix_ms())) {
        if (finding.severity == Severity::fatal) throw std::runtime_error(finding.text);
        base::log_warning("certificate {}", finding.text);
    }
}

store::Backups::Parts
backup_parts(const DataFolder& folder, const config::Config& config, store::Journal& journal) {
    return {
        folder.database(),
        config.backup,
        [folder] { return folder.load_master_key(); },
        [&journal](std::uint64_t number) { journal.needed_after(number); }};
}

std::string authority_der(const config::Config& config) {
    if (config.tls.ca.empty()) return {};
    const auto pem = store::read_file(config.tls.ca, kMaxPem);
    const auto der = pki::read_certificate({pem.begin(), pem.end()}).der;
    if (der.size() > kMaxCaBytes) {
        throw std::runtime_error(fmt::format(
            "{} has {} bytes, an enrolment takes {}",
            config.tls.ca.string(),
            der.size(),
            kMaxCaBytes
        ));
    }
    return {der.begin(), der.end()};
}

// All but what depends on the port, which may be known only once it is bound.
ingest::Settings make_settings(const config::Config& config) {
    ingest::Settings settings;
    settings.ban_grace_ms = config.ban_grace_ms;
    settings.breaker = config.breaker;
    settings.second_person = config.second_person;
    settings.appeal_ms = config.appeal_days * base::kDayMs;
    settings.orphan_after_ms = config.orphan_days * base::kDayMs;
    settings.evidence = config.evidence;
    settings.owner_trust_ms = config.trust_after_days * base::kDayMs;
    settings.owner_persons = config.persons_a_day;
    settings.retention = config.retention;
    settings.rate.per_second = config.limits.requests_per_second;
    settings.rate.burst = static_cast<double>(config.limits.requests_per_second) * kBurstFactor;
    settings.ca_der = authority_der(config);
    return settings;
}

void set_place(ingest::Settings& settings, const config::Config& config, const std::string& bound) {
    const auto port = bound.substr(bound.rfind(':') + 1);
    const auto authority_of = [&](const std::string& host) {
        return config::parse_authority(pki::url_host(host) + ":" + port).value_or(host);
    };
    for (const auto& host : pki::local_names()) {
        settings.authorities.insert(authority_of(host));
    }
    settings.authorities.insert(authority_of(config.host));
    settings.authorities.insert(config.authorities.begin(), config.authorities.end());
    settings.public_url = "https://" + authority_of(config.host);
    if (config.public_url.empty()) return;
    settings.public_url = config.public_url;
    settings.authorities.insert(config.public_url.substr(std::string_view("https://").size()));
}

net::Options net_options(const config::Config& config) {
    net::Options options;
    options.address = config.listen.data.address;
    options.port = config.listen.data.port;
    options.threads = config.listen.threads > 0 ? config.listen.threads
                                                : std::max(1U, std::thread::hardware_concurrency());
    options.limits.connections = config.limits.max_connections;
    options.limits.connections_per_address = config.limits.connections_per_address;
    options.limits.failures_per_address = config.limits.failures_per_address;
    return options;
}

// The admin plane stays on the private certificate, whatever the data plane shows: drawbridgectl
// on this machine verifies it under ca.pem.
admin::Options admin_options(const config::Config& config, const DataFolder& folder) {
    admin::Options options;
    options.address = config.listen.admin.address;
    options.port = config.listen.admin.port;
    options.certificate = folder.certificate();
    options.key = folder.certificate_key();
    options.database = folder.database();
    if (!folder.has_key_credential()) options.master_key = folder.master_key();
    options.instance = config.name;
    options.public_certificate = config.tls.certificate;
    return options;
}

// What cannot listen is told what else there is to try.
template <class F>
auto listening(const char* option, F&& listen) {
    try {
        return listen();
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(fmt::format(
            "{}; choose another place with  {} ADDR:PORT  or under [listen] in drawbridge.toml",
            error.what(),
            option
        ));
    }
}

/// Members in order of dependence. Main's thread.
class Daemon {
public:
    Daemon(const DataFolder& folder, const config::Config& config, OpenedStore opened);

    /// Opens both planes; returns when they serve.
    void start();
    void run(const Signals& signals);
    void stop();

    /// Empty, or why the database was given up. After `stop`.
    [[nodiscard]] std::string damage() const {
        return damage_.with([](const auto& held) { return held; });
    }

private:
    void reload();
    void note_audit_head();
    void write_request_log();
    void purge_traces() const;
    /// Store thread.
    void give_up(const std::string& sentence);
    /// For `status` and metrics.
    [[nodiscard]] admin::Options with_figures(admin::Options options);

    const config::Config config_;
    const std::filesystem::path damage_path_;
    base::Guarded<std::string> damage_;
    OpenedStore opened_;  // until writer and backups take over all but the journal
    ingest::Network network_;
    store::Writer writer_;
    store::Backups backups_;
    ingest::Gate gate_;
    net::Server net_;
    admin::Server admin_;
    const std::filesystem::path runtime_path_;
    const std::filesystem::path traces_;
    std::unique_ptr<RuntimeFile> runtime_;
};

Daemon::Daemon(const DataFolder& folder, const config::Config& config, OpenedStore opened)
    : config_(config),
      damage_path_(folder.damage()),
      opened_(std::move(opened)),
      network_(
          make_settings(config),
          std::make_unique<store::KeyRing>(*opened_.database, folder.load_master_key()),
          *opened_.database
      ),
      writer_(
          std::move(opened_.database),
          config.limits.queue,
          [this] { return ingest::make_housekeeping(network_); },
          store::with_journal(ingest::key_hooks(network_), *opened_.journal),
          [this](const std::string& sentence) { give_up(sentence); }
      ),
      backups_(backup_parts(folder, config, *opened_.journal), std::move(opened_.found)),
      gate_(std::make_unique<ingest::Gate::Parts>(network_, writer_)),
      net_(net_options(config), {config.tls.certificate, config.tls.key}, gate_),
      admin_(with_figures(admin_options(config, folder)), network_, writer_),
      runtime_path_(folder.runtime()),
      traces_(folder.traces()) {}

admin::Options Daemon::with_figures(admin::Options options) {
    options.counters = &gate_.counters();
    options.data_plane = [this] { return net_.stats(); };
    options.crashes = [this] {
        const auto traces = crash_traces(traces_);
        admin::Crashes crashes{traces.size(), {}};
        if (!traces.empty()) crashes.last_at = traces.back().at;
        return crashes;
    };
    options.backups = &backups_;
    options.journal = opened_.journal.get();
    return options;
}

void Daemon::start() {
    const auto data = listening("--listen", [this] { return net_.open(); });
    set_place(network_.settings, config_, data);
    const auto admin_port = listening("--admin", [this] { return admin_.start(); });
    const auto admin = config::print_endpoint({config_.listen.admin.address, admin_port});
    net_.start();
    runtime_ = std::make_unique<RuntimeFile>(runtime_path_, data, admin);
    base::log_info(
        "serve started version={} data={} admin={} url={}",
        base::version(),
        data,
        admin,
        network_.settings.public_url
    );
    note_audit_head();
    fmt::print("ready data={} admin={}\n", data, admin);
    std::fflush(stdout);
    sd_notify(0, "READY=1");
}

void Daemon::run(const Signals& signals) {
    const base::Work work("wait for signals");
    for (;;) {
        purge_traces();
        const auto signal = signals.wait(kDaily);
        if (signal == Signal::stop) return;
        if (signal == Signal::reload) reload();
        note_audit_head();
        for (const auto& finding : check_tls(config_, base::unix_ms())) {
            base::log_warning("certificate {}", finding.text);
        }
    }
}

void Daemon::reload() {
    const auto tell = [](std::string_view plane, const std::optional<std::string>& problem) {
        if (problem) {
            base::log_error("certificate of the {} plane stays the old one: {}", plane, *problem);
        } else {
            base::log_info("certificate of the {} plane reloaded", plane);
        }
    };
    tell("data", net_.reload_certificate());
    tell("admin", admin_.reload_certificate());
}

// A log that is kept elsewhere then proves how long the audit was.
void Daemon::note_audit_head() {
    try {
        store::AuditHead head;
        writer_.run([&](store::Database& database) { head = store::audit_head(database); }, {});
        base::log_info("audit head={}", store::print_audit_head(head));
    } catch (const store::StoreError& error) {
        base::log_error("audit head_unreadable reason=\"{}\"", error.what());
    }
}

void Daemon::write_request_log() {
    try {
        ingest::write_request_log(network_, writer_);
    } catch (const store::StoreError& error) {
        base::log_error("request log not written reason=\"{}\"", error.what());
    }
}

void Daemon::purge_traces() const {
    const auto& kept = config_.retention.of(privacy::Category::traces);
    if (!kept) return;
    try {
        purge_crash_traces(traces_, base::unix_ms() - *kept);
    } catch (const std::runtime_error& error) {
        base::log_warning("crash traces not purged: {}", error.what());
    }
}

// The file keeps a service manager from starting the daemon on what was found wanting.
void Daemon::give_up(const std::string& sentence) {
    damage_.with([&](auto& held) { held = sentence; });
    try {
        store::write_file(damage_path_, store::as_bytes(sentence), store::Existing::replace);
    } catch (const std::exception& error) {
        base::log_error("serve: {}", error.what());
    }
    Signals::request_stop();
}

void Daemon::stop() {
    sd_notify(0, "STOPPING=1");
    base::log_info("serve stopping");
    net_.drain();
    admin_.stop();
    note_audit_head();
    write_request_log();
    backups_.stop();
    writer_.stop();
    runtime_.reset();
    base::log_info("serve stopped");
}

}  // namespace

void serve(const DataFolder& folder, const ServeOptions& options) {
    if (const auto problem = folder.instance_problem(); !problem.empty()) {
        throw std::runtime_error(problem);
    }
    if (const auto problem = folder.damage_problem(); !problem.empty()) {
        throw std::runtime_error(problem);
    }
    const auto last_start = last_start_of(folder);  // before the lock is written anew
    const FolderLock lock(folder);
    tell_crash_since(folder.traces(), last_start);
    base::set_up_thread("drawbridged");
    install_crash_handler(folder.traces());
    const base::Work work("start or stop");
    const auto config = load_config(folder, options);
    base::set_log_level(config.log_level);
    base::allow_core_dumps(config.core_dumps);
    require_tls(config);
    const Signals signals;
    auto opened = open_store(folder, config, folder.load_master_key(), options.without_journal);
    Daemon daemon(folder, config, std::move(opened));
    daemon.start();
    daemon.run(signals);
    daemon.stop();
    if (const auto damage = daemon.damage(); !damage.empty()) throw std::runtime_error(damage);
}

}  // namespace drawbridge::daemon
