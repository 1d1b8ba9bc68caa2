#include "pki/certificate.h"

#include "pki/issue.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

namespace base = drawbridge::base;
namespace pki = drawbridge::pki;

namespace {

constexpr base::UnixMs kNow = 1'763'690'000'000;

struct Fixture {
    pki::Issued authority = pki::make_authority("made up", kNow);
    pki::Issued server = pki::make_server_certificate(authority, {"localhost"}, kNow);
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "another authority of the same name is not trusted") {
    const auto other = pki::make_authority("made up", kNow);
    CHECK_FALSE(pki::chain_problem(server.certificate, other.certificate, kNow).empty());
}

TEST_CASE_FIXTURE(Fixture, "before and after its time a certificate is named so") {
    const auto valid = pki::read_certificate(server.certificate);
    CHECK(pki::chain_problem(
              server.certificate,
              authority.certificate,
              valid.not_after - base::kSecondMs
    )
              .empty());
    CHECK(
        pki::chain_problem(
            server.certificate,
            authority.certificate,
            valid.not_after + base::kSecondMs
        ) == "certificate has expired"
    );
    CHECK(
        pki::chain_problem(
            server.certificate,
            authority.certificate,
            valid.not_before - base::kSecondMs
        ) == "certificate is not yet valid"
    );
}

TEST_CASE_FIXTURE(Fixture, "a key of another certificate does not fit") {
    CHECK_FALSE(pki::key_fits(server.certificate, authority.key));
}

TEST_CASE_FIXTURE(Fixture, "what is no PEM is an error, not a crash") {
    CHECK_THROWS_WITH_AS(
        (void)pki::read_certificate("nonsense"),
        doctest::Contains("certificate"),
        std::runtime_error
    );
    CHECK_THROWS_WITH_AS(
        (void)pki::key_fits(server.certificate, "nonsense"),
        doctest::Contains("private key"),
        std::runtime_error
    );
    CHECK_THROWS_AS((void)pki::read_certificate(""), std::runtime_error);
}

TEST_CASE_FIXTURE(Fixture, "without an authority the public roots decide") {
    CHECK_FALSE(pki::chain_problem(server.certificate, "", kNow).empty());
}

TEST_CASE_FIXTURE(Fixture, "the fingerprint is SHA-256 in pairs") {
    const auto read = pki::read_certificate(server.certificate);
    CHECK(read.sha256.size() == 32 * 3 - 1);
    CHECK(read.sha256.find_first_not_of("0123456789ABCDEF:") == std::string::npos);
    CHECK(read.der.size() > 300);
    CHECK(read.der.at(0) == 0x30);
}
