#include "config/endpoint.h"

#include <doctest/doctest.h>

#include <string>

using drawbridge::config::Endpoint;
using drawbridge::config::parse_authority;
using drawbridge::config::parse_endpoint;
using drawbridge::config::print_endpoint;

TEST_CASE("endpoints are an address and a port") {
    CHECK(parse_endpoint("127.0.0.1:8443") == Endpoint{"127.0.0.1", 8443});
    CHECK(parse_endpoint("0.0.0.0:0") == Endpoint{"0.0.0.0", 0});
    CHECK(parse_endpoint("[::1]:65535") == Endpoint{"::1", 65535});
    CHECK(print_endpoint({"::1", 80}) == "[::1]:80");
    CHECK(print_endpoint({"127.0.0.1", 80}) == "127.0.0.1:80");
}

TEST_CASE("what is no endpoint is refused") {
    for (const char* bad :
         {"",
          "8443",
          ":8443",
          "127.0.0.1",
          "127.0.0.1:",
          "127.0.0.1:65536",
          "127.0.0.1:-1",
          "127.0.0.1:0x1",
          "127.0.0.1:08",
          "localhost:8443",
          "::1:8443",
          "[127.0.0.1]:1",
          "[::1]",
          "[::1]8443",
          "[::1:8443",
          "127.0.0.1:80 "}) {
        CHECK_FALSE_MESSAGE(parse_endpoint(bad).has_value(), bad);
    }
}

TEST_CASE("authorities are compared in one form") {
    CHECK(parse_authority("Ban.Example.ORG:443") == std::string("ban.example.org"));
    CHECK(parse_authority("ban.example.org:8443") == std::string("ban.example.org:8443"));
    CHECK(parse_authority("[2001:DB8::1]:444") == std::string("[2001:db8::1]:444"));
    CHECK(parse_authority("[::1]") == std::string("[::1]"));
    for (const char* bad : {"", "a:", "a:0", "a/b", "a b", "user@a", "::1", "a:1:2", "[a]:1"}) {
        CHECK_FALSE_MESSAGE(parse_authority(bad).has_value(), bad);
    }
}
