#include "daemon/tls_check.h"

#include "instance.h"
#include "pki/issue.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace base = drawbridge::base;
namespace config = drawbridge::config;
namespace pki = drawbridge::pki;
using drawbridge::daemon::asked_host;
using drawbridge::daemon::check_tls;
using drawbridge::daemon::Finding;
using drawbridge::daemon::Severity;
using drawbridge::test::contains;
using drawbridge::test::Instance;
using drawbridge::test::kNow;
using drawbridge::test::write_text;

namespace {

Finding only_finding(const config::Config& config, base::UnixMs now = kNow) {
    const auto findings = check_tls(config, now);
    REQUIRE(findings.size() == 1);
    return findings.front();
}

}  // namespace

TEST_CASE("what init makes is in order") {
    const Instance instance;
    CHECK(check_tls(config::load(instance.folder.config()).config, kNow).empty());
}

TEST_CASE("a key of another certificate is fatal") {
    const Instance instance;
    const auto read = config::load(instance.folder.config()).config;
    write_text(read.tls.key, pki::make_authority("other", kNow).key);
    const auto finding = only_finding(read);
    CHECK(finding.severity == Severity::fatal);
    CHECK(contains(finding.text, "is not the key of"));
}

TEST_CASE("a certificate that is no longer or not yet valid is fatal") {
    const Instance instance;
    const auto read = config::load(instance.folder.config()).config;
    const auto late = only_finding(read, kNow + 821 * base::kDayMs);
    CHECK(late.severity == Severity::fatal);
    CHECK(contains(late.text, "has expired 1 day ago"));
    const auto early = only_finding(read, kNow - 2 * base::kDayMs);
    CHECK(early.severity == Severity::fatal);
    CHECK(contains(early.text, "not valid yet"));
}

TEST_CASE("a certificate under another authority is a fault") {
    const Instance instance;
    const auto read = config::load(instance.folder.config()).config;
    write_text(read.tls.ca, pki::make_authority("other", kNow).certificate);
    const auto finding = only_finding(read);
    CHECK(finding.severity == Severity::fault);
    CHECK(contains(finding.text, "is not trusted under"));
}

TEST_CASE("the host that game servers ask for must stand in the certificate") {
    const Instance instance;
    auto read = config::load(instance.folder.config()).config;
    read.public_url = "https://ban.example.org:9000";
    CHECK(asked_host(read) == "ban.example.org");
    const auto finding = only_finding(read);
    CHECK(finding.severity == Severity::fault);
    CHECK(contains(finding.text, "not good for ban.example.org"));
    read.public_url = "https://[::1]:9000";
    CHECK(asked_host(read) == "::1");
    CHECK(check_tls(read, kNow).empty());
}

TEST_CASE("files that cannot be read are fatal and named") {
    const Instance instance;
    auto read = config::load(instance.folder.config()).config;
    std::filesystem::path wrong;
    SUBCASE("certificate") {
        wrong = read.tls.certificate;
        write_text(wrong, "nonsense");
    }
    SUBCASE("key") {
        wrong = read.tls.key;
        write_text(wrong, "");
    }
    SUBCASE("authority") {
        wrong = read.tls.ca;
        write_text(wrong, "nonsense");
    }
    SUBCASE("missing") {
        wrong = read.tls.key = instance.folder.path() / "none.key";
    }
    const auto finding = only_finding(read);
    CHECK(finding.severity == Severity::fatal);
    CHECK(contains(finding.text, wrong.string() + " cannot be used"));
}
