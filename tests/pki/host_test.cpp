#include "pki/host.h"

#include <doctest/doctest.h>

#include <string>

using drawbridge::pki::is_host;
using drawbridge::pki::is_ip_address;
using drawbridge::pki::url_host;

TEST_CASE("names and addresses are told apart") {
    for (const char* address : {"127.0.0.1", "203.0.113.9", "::1", "2001:db8::5"}) {
        CHECK_MESSAGE(is_ip_address(address), address);
        CHECK_MESSAGE(is_host(address), address);
    }
    for (const char* name : {"localhost", "ban.example.org", "a-1.example", "XN--A.example"}) {
        CHECK_MESSAGE(is_host(name), name);
        CHECK_FALSE_MESSAGE(is_ip_address(name), name);
    }
}

TEST_CASE("what is no host is refused") {
    for (const char* bad :
         {"",
          ".",
          "a..b",
          "-a",
          "a-",
          "a b",
          "a_b",
          "https://a",
          "a:8443",
          "[::1]",
          "1.2.3",
          "256.1.1.1",
          "fe80::1%eth0",
          "a.example.",
          "a/b",
          "a,DNS:b"}) {
        CHECK_FALSE_MESSAGE(is_host(bad), bad);
    }
    CHECK_FALSE(is_host(std::string(64, 'a')));
    CHECK_FALSE(is_host(std::string("a\0b", 3)));
    CHECK_FALSE(is_host(std::string("127.0.0.1\0x", 11)));
}

TEST_CASE("in a URL a host is lower case and IPv6 has brackets") {
    CHECK(url_host("Ban.Example.ORG") == "ban.example.org");
    CHECK(url_host("203.0.113.9") == "203.0.113.9");
    CHECK(url_host("2001:DB8::5") == "[2001:db8::5]");
}
