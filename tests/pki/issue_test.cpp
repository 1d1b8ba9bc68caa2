#include "pki/issue.h"

#include "pki/certificate.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace base = drawbridge::base;
namespace pki = drawbridge::pki;

namespace {

constexpr base::UnixMs kNow = 1'763'690'000'000;

}  // namespace

TEST_CASE("an authority may sign and nothing else") {
    const auto authority = pki::make_authority("made up", kNow);
    const auto read = pki::read_certificate(authority.certificate);
    CHECK(read.is_authority);
    CHECK(read.subject == "CN=Drawbridge CA made up");
    CHECK(read.not_after == kNow + 3650 * base::kDayMs);
    CHECK(pki::key_fits(authority.certificate, authority.key));
    // It is no TLS server itself.
    CHECK_FALSE(pki::chain_problem(authority.certificate, authority.certificate, kNow).empty());
}

TEST_CASE("a server certificate carries its hosts and is trusted under its authority") {
    const auto authority = pki::make_authority("made up", kNow);
    const std::vector<std::string> hosts{
        "ban.example.org",
        "203.0.113.9",
        "localhost",
        "127.0.0.1",
        "::1"};
    const auto server = pki::make_server_certificate(authority, hosts, kNow);
    const auto read = pki::read_certificate(server.certificate);
    CHECK(read.names == hosts);
    CHECK_FALSE(read.is_authority);
    CHECK(read.not_after - read.not_before <= 825 * base::kDayMs);
    CHECK(pki::key_fits(server.certificate, server.key));
    CHECK(pki::chain_problem(server.certificate, authority.certificate, kNow).empty());
    for (const auto& host : hosts) {
        CHECK_MESSAGE(pki::names_host(server.certificate, host), host);
    }
    CHECK_FALSE(pki::names_host(server.certificate, "evil.example.org"));
    CHECK_FALSE(pki::names_host(server.certificate, "203.0.113.10"));
}

TEST_CASE("the same made twice shares neither key nor serial number") {
    const auto authority = pki::make_authority("made up", kNow);
    std::set<std::string> keys;
    std::set<std::string> prints;
    for (int i = 0; i < 8; ++i) {
        const auto server = pki::make_server_certificate(authority, {"localhost"}, kNow);
        keys.insert(server.key);
        prints.insert(pki::read_certificate(server.certificate).sha256);
    }
    CHECK(keys.size() == 8);
    CHECK(prints.size() == 8);
}

TEST_CASE("a host that is none does not get into a certificate") {
    const auto authority = pki::make_authority("made up", kNow);
    CHECK_THROWS_AS(
        (void)pki::make_server_certificate(authority, {"a,DNS:evil.example.org"}, kNow),
        std::runtime_error
    );
    CHECK_THROWS_AS((void)pki::make_server_certificate(authority, {}, kNow), std::runtime_error);
}

TEST_CASE("a name longer than a common name may be is still a name") {
    const auto authority = pki::make_authority(std::string(100, 'n'), kNow);
    const std::string host = std::string(60, 'a') + ".example.org";
    const auto server = pki::make_server_certificate(authority, {host}, kNow);
    CHECK(pki::names_host(server.certificate, host));
    CHECK(pki::chain_problem(server.certificate, authority.certificate, kNow).empty());
}

TEST_CASE("the machine's own names are added once") {
    const std::vector<std::string> expected{"localhost", "127.0.0.1", "::1"};
    CHECK(pki::with_local_names({"localhost"}) == expected);
    CHECK(pki::with_local_names({"a.example"}).front() == "a.example");
    CHECK(pki::with_local_names({"a.example"}).size() == 4);
}
