#include "daemon/certs.h"

#include "config/config.h"
#include "daemon/tls_check.h"
#include "instance.h"
#include "pki/certificate.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace base = drawbridge::base;
namespace daemon_ns = drawbridge::daemon;
namespace pki = drawbridge::pki;
using drawbridge::test::contains;
using drawbridge::test::Instance;
using drawbridge::test::kNow;
using drawbridge::test::read_text;

TEST_CASE("a renewed certificate has a new key, the same authority and further hosts") {
    const Instance instance("ban.example.org");
    const auto key = read_text(instance.folder.certificate_key());
    const auto authority = read_text(instance.folder.authority());
    const auto later = kNow + 800 * base::kDayMs;
    daemon_ns::renew_certificate(instance.folder, {"203.0.113.9", "ban.example.org"}, later);

    CHECK(read_text(instance.folder.certificate_key()) != key);
    CHECK(read_text(instance.folder.authority()) == authority);
    const auto made = pki::read_certificate(read_text(instance.folder.certificate()));
    CHECK(
        made.names ==
        std::vector<std::string>{"ban.example.org", "203.0.113.9", "localhost", "127.0.0.1", "::1"}
    );
    CHECK(made.not_after == later + 820 * base::kDayMs);
    const auto config = drawbridge::config::load(instance.folder.config()).config;
    CHECK(daemon_ns::check_tls(config, later).empty());
}

TEST_CASE("the host of public_url is in a renewed certificate") {
    const Instance instance;
    drawbridge::test::write_text(
        instance.folder.config(),
        "name = \"n\"\nhost = \"localhost\"\npublic_url = \"https://ban.example.org\"\n"
    );
    daemon_ns::renew_certificate(instance.folder, {}, kNow);
    CHECK(pki::names_host(read_text(instance.folder.certificate()), "ban.example.org"));
}

TEST_CASE("a host that is none changes nothing") {
    const Instance instance;
    const auto before = read_text(instance.folder.certificate());
    CHECK_THROWS_WITH_AS(
        daemon_ns::renew_certificate(instance.folder, {"a b"}, kNow),
        doctest::Contains("--host"),
        std::runtime_error
    );
    CHECK(read_text(instance.folder.certificate()) == before);
}

TEST_CASE("the description names what people need to compare") {
    const Instance instance;
    const auto text = daemon_ns::describe_certificates(instance.folder, kNow);
    const auto made = pki::read_certificate(read_text(instance.folder.certificate()));
    CHECK(contains(text, made.sha256));
    CHECK(contains(text, "localhost, 127.0.0.1, ::1"));
    CHECK(contains(text, "820"));
}
