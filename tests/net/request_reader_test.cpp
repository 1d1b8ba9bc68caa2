// The reader against bytes: what it takes, what it refuses, and that neither depends on how the
// bytes are cut into pieces.
#include "net/request_reader.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

namespace drawbridge::net {
namespace {

using base::Outcome;
using Step = RequestReader::Step;

constexpr std::size_t kHead = 8192;
constexpr std::size_t kTarget = 1024;
constexpr std::size_t kBody = 1000;

struct Read {
    Step step = Step::need_more;
    Outcome refusal = Outcome::accepted;
    http::Request request;
    std::string rest;
};

Read read(std::string_view bytes, std::size_t piece) {
    RequestReader reader(kHead, kTarget);
    Read read;
    bool is_head_done = false;
    const auto advance = [&] {
        if (!is_head_done) {
            read.step = reader.read_head(read.rest);
            if (read.step != Step::done) return;
            is_head_done = true;
            read.step = reader.limit_body(kBody);
        }
        if (read.step == Step::refused) return;
        read.step = reader.read_body(read.rest);
    };
    for (std::size_t at = 0; at < bytes.size() && read.step == Step::need_more; at += piece) {
        read.rest += bytes.substr(at, piece);
        advance();
    }
    if (read.step == Step::refused) read.refusal = reader.refusal();
    read.request = reader.request();
    return read;
}

// All at once, byte by byte, and in odd pieces must agree.
Read read(std::string_view bytes) {
    const auto whole = read(bytes, bytes.size() + 1);
    for (const std::size_t piece : {1, 7}) {
        const auto cut = read(bytes, piece);
        CHECK(cut.step == whole.step);
        CHECK(cut.refusal == whole.refusal);
        CHECK(cut.request.body == whole.request.body);
    }
    return whole;
}

std::string with_head(const std::string& fields) {
    return "POST /v1/events HTTP/1.1\r\nHost: a.example\r\n" + fields + "\r\n";
}

std::string chunked(const std::string& body) {
    return with_head("Transfer-Encoding: chunked\r\n") + body;
}

void refuses(const std::string& bytes, Outcome expected) {
    CAPTURE(bytes.substr(0, 200));
    const auto result = read(bytes);
    CHECK(result.step == Step::refused);
    CHECK(result.refusal == expected);
}

}  // namespace

TEST_CASE("a whole request becomes values") {
    const auto result = read(
        "POST /v1/events?a=b%20c HTTP/1.1\r\nhOsT: Ingest.Example:443\r\n"
        "Content-Type: application/json\r\nContent-Digest:  sha-256=:AA==: \r\n"
        "Signature-Input: sig1=()\r\nSignature: sig1=:AA==:\r\nContent-Encoding: br\r\n"
        "Via: one\r\nVia: two\r\nContent-Length: 5\r\n\r\n{\"a\"}GET /next"
    );
    REQUIRE(result.step == Step::done);
    const auto& head = result.request.head;
    CHECK(head.method == http::Method::post);
    CHECK(head.target == "/v1/events?a=b%20c");
    CHECK(head.authority == "ingest.example");
    CHECK(head.content_type == "application/json");
    CHECK(head.content_encoding == "br");
    CHECK(head.content_digest == "sha-256=:AA==:");
    CHECK(head.signature_input == "sig1=()");
    CHECK(head.signature == "sig1=:AA==:");
    CHECK(head.content_length == 5);
    CHECK(head.has_body);
    CHECK(result.request.body == "{\"a\"}");
    CHECK(result.rest == "GET /next");
}

TEST_CASE("a request without a body ends with its head") {
    const auto result = read("GET /v1/bans HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n\r\nrest");
    REQUIRE(result.step == Step::done);
    CHECK(result.request.head.authority == "[2001:db8::1]:8443");
    CHECK_FALSE(result.request.head.has_body);
    CHECK_FALSE(result.request.head.content_length.has_value());
    CHECK(result.rest == "rest");
}

TEST_CASE("each single field is refused when it is repeated") {
    for (const std::string field :
         {"Host: a.example",
          "content-type: a/b",
          "Content-Length: 0",
          "content-encoding: br",
          "content-digest: sha-256=:AA==:",
          "signature: a=:AA==:",
          "SIGNATURE-INPUT: a=()",
          "Transfer-Encoding: chunked",
          "Expect: 100-continue"}) {
        refuses(with_head(field + "\r\n" + field + "\r\n"), Outcome::bad_request);
    }
}

TEST_CASE("request lines that are not ours are refused") {
    const std::string host = "Host: a.example\r\n\r\n";
    for (const std::string line :
         {"GET / HTTP/1.0",
          "GET / HTTP/2.0",
          "GET / HTTP/1.2",
          "GET / http/1.1",
          "GET /",
          "GET  / HTTP/1.1",
          "GET /  HTTP/1.1",
          "GET / HTTP/1.1 ",
          " GET / HTTP/1.1",
          "GET http://a.example/ HTTP/1.1",
          "GET a HTTP/1.1",
          "OPTIONS * HTTP/1.1",
          "CONNECT a.example:443 HTTP/1.1",
          "GET /a#b HTTP/1.1",
          "GET /\xc3\xa9 HTTP/1.1",
          "GET /a\tb HTTP/1.1",
          "G@T / HTTP/1.1",
          ""}) {
        refuses(line + "\r\n" + host, Outcome::bad_request);
    }
}

TEST_CASE("heads that two parsers could read differently are refused") {
    for (const std::string field :
         {"X: a\r\n folded\r\n",
          "X: a\r\n\tfolded\r\n",
          "X : a\r\n",
          "X\r\n",
          ": a\r\n",
          "X: a\rb\r\n",
          "X: a\nY: b\r\n",
          "X: a\n\r\n",
          "X: \x01\r\n",
          "X: \x7f\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
          "Transfer-Encoding: gzip\r\n",
          "Transfer-Encoding: gzip, chunked\r\n",
          "Transfer-Encoding: chunked, gzip\r\n",
          "Transfer-Encoding: chunked, chunked\r\n",
          "Transfer-Encoding:\r\n",
          "Transfer-Encoding: xchunked\r\n",
          "Content-Length: +5\r\n",
          "Content-Length: -5\r\n",
          "Content-Length: 5, 5\r\n",
          "Content-Length: 5 5\r\n",
          "Content-Length: 0x5\r\n",
          "Content-Length:\r\n",
          "Content-Length: 99999999999999999999\r\n",
          "Expect: something\r\n"}) {
        refuses(with_head(field) + "hello", Outcome::bad_request);
    }
    refuses(with_head(std::string("X: \0\r\n", 6)), Outcome::bad_request);
}

TEST_CASE("a missing or odd Host is refused") {
    for (const std::string host :
         {"",
          "Host:\r\n",
          "Host: a b\r\n",
          "Host: a,b\r\n",
          "Host: user@a\r\n",
          "Host: a/\r\n",
          "Host: a:\r\n",
          "Host: a:x\r\n",
          "Host: a:123456\r\n",
          "Host: :443\r\n",
          "Host: []\r\n",
          "Host: [::1\r\n",
          "Host: [g::1]\r\n",
          "Host: [::1]x\r\n",
          "Host: a?b\r\n"}) {
        refuses("GET / HTTP/1.1\r\n" + host + "\r\n", Outcome::bad_request);
    }
    refuses("GET / HTTP/1.1\r\nHost: " + std::string(300, 'a') + "\r\n\r\n", Outcome::bad_request);
}

TEST_CASE("a bare line feed is refused as it arrives, not at the end of the head") {
    RequestReader reader(kHead, kTarget);
    std::string in = "GET / HTTP/1.1\n";
    CHECK(reader.read_head(in) == Step::refused);
}

TEST_CASE("head and target are limited to the byte") {
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const auto filler = kHead - start.size() - 4;
    CHECK(read(start + std::string(filler, 'x') + "\r\n\r\n").step == Step::done);
    refuses(start + std::string(filler + 1, 'x') + "\r\n\r\n", Outcome::head_too_large);
    refuses(start + std::string(kHead, 'x'), Outcome::head_too_large);
    refuses(std::string(kHead, 'G'), Outcome::head_too_large);

    const std::string end = " HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string target = "/" + std::string(kTarget - 1, 'a');
    CHECK(read("GET " + target + end).step == Step::done);
    refuses("GET " + target + "a" + end, Outcome::head_too_large);
}

TEST_CASE("an announced body beyond the limit is refused before it comes") {
    const auto exact = with_head("Content-Length: 1000\r\n") + std::string(kBody, 'x');
    CHECK(read(exact).request.body.size() == kBody);
    refuses(with_head("Content-Length: 1001\r\n"), Outcome::too_large);
    refuses(with_head("Content-Length: 999999999999999999\r\n"), Outcome::too_large);
}

TEST_CASE("a chunked body is put together") {
    const auto result = read(chunked("5\r\nhello\r\n1;a=b\r\n \r\n05\r\nworld\r\n0\r\n\r\nGET"));
    REQUIRE(result.step == Step::done);
    CHECK(result.request.body == "hello world");
    CHECK(result.request.head.has_body);
    CHECK(result.rest == "GET");
}

TEST_CASE("an empty chunked body may come in pieces") {
    const auto result = read(chunked("0\r\n\r\n"));
    CHECK(result.step == Step::done);
    CHECK(result.request.body.empty());
}

TEST_CASE("a trailer is read, and changes nothing in the head") {
    const auto result =
        read(chunked("1\r\na\r\n0\r\nX: y\r\nHost: b.example\r\nSignature: b=:AA==:\r\n\r\n"));
    REQUIRE(result.step == Step::done);
    CHECK(result.request.head.authority == "a.example");
    CHECK_FALSE(result.request.head.signature.has_value());
}

TEST_CASE("chunked bodies beyond the limit are refused by their announced sizes") {
    const std::string most = "3e8\r\n" + std::string(kBody, 'x') + "\r\n";
    CHECK(read(chunked(most + "0\r\n\r\n")).request.body.size() == kBody);
    refuses(chunked(most + "1\r\n"), Outcome::too_large);
    refuses(chunked("3e9\r\n"), Outcome::too_large);
    refuses(chunked("ffffffff\r\n"), Outcome::too_large);
    refuses(chunked("1\r\na\r\nffffffff\r\n"), Outcome::too_large);
}

TEST_CASE("malformed and endless chunk framing is refused") {
    for (const std::string body :
         {"\r\n",
          "g\r\n",
          "-1\r\n",
          "1\r\nab\r\n0\r\n\r\n",
          "1\nab",
          "0x1\r\na\r\n",
          "100000000\r\n",
          "000000001\r\na",
          "1 \r\na\r\n x",
          " 1\r\na\r\n"}) {
        refuses(chunked(body), Outcome::bad_request);
    }
    refuses(chunked(std::string(2000, '0')), Outcome::bad_request);
    refuses(chunked("0\r\n" + std::string(70'000, 'T')), Outcome::bad_request);
    refuses(chunked("0\r\nT: \x01\r\n\r\n"), Outcome::bad_request);
    refuses(chunked("1;" + std::string(70'000, 'e')), Outcome::bad_request);
    std::string crumbs;
    for (int i = 0; i < 1000; ++i)
        crumbs += "1;" + std::string(200, 'e') + "\r\na\r\n";
    refuses(chunked(crumbs), Outcome::bad_request);
}

TEST_CASE("no bytes make the reader crash, hang or keep more than it may") {
    std::mt19937 random(20'240'501);
    const std::vector<std::string> seeds{
        with_head("Content-Length: 5\r\nExpect: 100-continue\r\n") + "hello",
        chunked("5;a=\"b\"\r\nhello\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n"),
        "GET /v1/bans?network=0&owner=0&wait=30 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n"};
    const std::string spice("\r\n\t :;,0f\x00\x7f\xff", 12);
    std::size_t accepted = 0;
    for (int round = 0; round < 30'000; ++round) {
        auto bytes = seeds[random() % seeds.size()];
        for (auto edits = random() % 4; edits > 0; --edits) {
            const auto at = random() % bytes.size();
            const char other = spice[random() % spice.size()];
            if (random() % 2 == 0)
                bytes[at] = other;
            else
                bytes.insert(at, 1 + random() % 3, other);
        }
        const auto result = read(bytes, 1 + random() % 40);
        CHECK(result.request.body.size() <= kBody);
        if (result.step == Step::done) ++accepted;
    }
    CHECK(accepted > 3'000);
    CHECK(accepted < 27'000);
}

}  // namespace drawbridge::net
