#include "daemon/tls_check.h"

#include "pki/certificate.h"
#include "store/files.h"

#include <fmt/format.h>

#include <stdexcept>

namespace drawbridge::daemon {
namespace {

constexpr std::size_t kMaxPem = 1 << 20;
constexpr base::UnixMs kWarnBefore = 30 * base::kDayMs;
constexpr std::string_view kRenew = "renew it: certs/README.md says how";

std::string read_text(const std::filesystem::path& file) {
    const auto content = store::read_file(file, kMaxPem);
    return {content.begin(), content.end()};
}

std::string days_text(std::int64_t days) {
    return days == 1 ? "1 day" : fmt::format("{} days", days);
}

void check_time(
    const pki::Certificate& certificate,
    const std::string& file,
    base::UnixMs now,
    std::vector<Finding>& findings
) {
    const auto left = certificate.not_after - now;
    if (left <= 0) {
        const auto days = days_text(-left / base::kDayMs);
        findings.push_back(
            {Severity::fatal, fmt::format("{} has expired {} ago: {}", file, days, kRenew)}
        );
    } else if (certificate.not_before > now) {
        findings.push_back(
            {Severity::fatal,
             fmt::format("{} is not valid yet: is the clock of this machine right?", file)}
        );
    } else if (left < kWarnBefore) {
        const auto days = days_text(left / base::kDayMs);
        findings.push_back(
            {Severity::warning, fmt::format("{} expires in {}: {}", file, days, kRenew)}
        );
    }
}

void check_trust(
    const config::Config& config,
    const std::string& pem,
    base::UnixMs now,
    std::vector<Finding>& findings
) {
    const auto file = config.tls.certificate.string();
    const auto authority = config.tls.ca.empty() ? std::string() : read_text(config.tls.ca);
    const auto under = authority.empty() ? "the public roots" : config.tls.ca.string();
    if (const auto problem = pki::chain_problem(pem, authority, now); !problem.empty()) {
        findings.push_back(
            {Severity::fault, fmt::format("{} is not trusted under {}: {}", file, under, problem)}
        );
    }
    if (const auto host = asked_host(config); !pki::names_host(pem, host)) {
        findings.push_back(
            {Severity::fault,
             fmt::format(
                 "{} is not good for {}, which game servers ask for: {}",
                 file,
                 host,
                 kRenew
             )}
        );
    }
}

}  // namespace

std::string asked_host(const config::Config& config) {
    if (config.public_url.empty()) return config.host;
    auto authority = config.public_url.substr(std::string_view("https://").size());
    if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
    return authority.substr(0, authority.find(':'));
}

std::vector<Finding> check_tls(const config::Config& config, base::UnixMs now) {
    std::vector<Finding> findings;
    auto reading = config.tls.certificate.string();
    try {
        const auto file = reading;
        const auto pem = read_text(config.tls.certificate);
        const auto certificate = pki::read_certificate(pem);
        reading = config.tls.key.string();
        if (!pki::key_fits(pem, read_text(config.tls.key))) {
            findings.push_back(
                {Severity::fatal, fmt::format("{} is not the key of {}", reading, file)}
            );
        }
        check_time(certificate, file, now, findings);
        reading = config.tls.ca.string();
        const bool is_timely = certificate.not_before <= now && now < certificate.not_after;
        if (is_timely) check_trust(config, pem, now, findings);
    } catch (const std::runtime_error& error) {
        const auto text = fmt::format("{} cannot be used: {}", reading, error.what());
        findings.push_back({Severity::fatal, text});
    }
    return findings;
}

}  // namespace drawbridge::daemon
