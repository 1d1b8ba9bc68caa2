#include "daemon/certs.h"

#include "config/config.h"
#include "daemon/tls_check.h"
#include "pki/certificate.h"
#include "pki/host.h"
#include "pki/issue.h"
#include "store/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace drawbridge::daemon {
namespace {

constexpr std::size_t kMaxPem = 1 << 20;

std::string read_text(const std::filesystem::path& file) {
    const auto content = store::read_file(file, kMaxPem);
    return {content.begin(), content.end()};
}

config::Config load_config(const DataFolder& folder) {
    if (const auto problem = folder.instance_problem(); !problem.empty()) {
        throw std::runtime_error(problem);
    }
    auto loaded = config::load(folder.config());
    if (!loaded.problems.empty()) throw std::runtime_error(loaded.problems.front());
    return std::move(loaded.config);
}

std::string describe(const std::filesystem::path& file, base::UnixMs now) {
    const auto read = pki::read_certificate(read_text(file));
    auto text = fmt::format(
        "{}\n  subject      {}\n  days left    {}\n  SHA-256      {}\n",
        file.string(),
        read.subject,
        (read.not_after - now) / base::kDayMs,
        read.sha256
    );
    if (!read.names.empty()) {
        text += fmt::format("  good for     {}\n", fmt::join(read.names, ", "));
    }
    return text;
}

}  // namespace

std::string describe_certificates(const DataFolder& folder, base::UnixMs now) {
    const auto config = load_config(folder);
    auto text = describe(config.tls.certificate, now);
    if (!config.tls.ca.empty()) text += describe(config.tls.ca, now);
    if (config.tls.certificate != folder.certificate()) text += describe(folder.certificate(), now);
    for (const auto& finding : check_tls(config, now)) {
        text += finding.text + "\n";
    }
    return text;
}

void renew_certificate(
    const DataFolder& folder,
    const std::vector<std::string>& extra_hosts,
    base::UnixMs now
) {
    const auto config = load_config(folder);
    std::vector<std::string> hosts{config.host};
    const auto add = [&](const std::string& host) {
        if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) hosts.push_back(host);
    };
    add(asked_host(config));
    for (const auto& host : extra_hosts) {
        if (!pki::is_host(host)) {
            throw std::runtime_error("--host: expected a DNS name or an IP address, not " + host);
        }
        add(host);
    }
    const pki::Issued authority{read_text(folder.authority()), read_text(folder.authority_key())};
    const auto made = pki::make_server_certificate(authority, pki::with_local_names(hosts), now);
    store::write_file(
        folder.certificate_key(),
        store::as_bytes(made.key),
        store::Existing::replace
    );
    store::write_file(
        folder.certificate(),
        store::as_bytes(made.certificate),
        store::Existing::replace
    );
}

}  // namespace drawbridge::daemon
