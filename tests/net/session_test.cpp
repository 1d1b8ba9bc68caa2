// One connection after the other against the running server: order, limits, bad clients.
#include "running_server.h"

#include <doctest/doctest.h>

#include <vector>

namespace drawbridge::net::test {
namespace {

using namespace std::chrono_literals;

Limits impatient() {
    Limits limits;
    limits.handshake = limits.head = limits.body = limits.idle = limits.write = 400ms;
    return limits;
}

}  // namespace

TEST_CASE("an answer has exactly the fields of the reply") {
    RunningServer running;
    Client client(running.address);
    const auto answer = client.exchange(post("/echo?x", "body"));
    CHECK(answer.status == 200);
    CHECK(answer.body == "POST\n/echo?x\nlocalhost:8443\nbody");
    const std::map<std::string, std::string> expected{
        {"content-type", "text/plain"},
        {"content-length", std::to_string(answer.body.size())},
        {"content-digest", "sha-256=:AAAA:"},
        {"signature-input", "sig1=(\"@status\")"},
        {"signature", "sig1=:AAAA:"},
        {"cache-control", "no-store"}};
    CHECK(answer.fields == expected);
}

TEST_CASE("every answer is told to the log with who asked, and nothing of one request stays") {
    RunningServer running;
    Client client(running.address);
    (void)client.exchange(
        "GET /denied HTTP/1.1\r\nHost: localhost:8443\r\nUser-Agent: one/1\r\n"
        "User-Agent: two/2\r\n\r\n"
    );
    (void)client.exchange(get("/missing"));
    (void)client.exchange(
        "GET /echo HTTP/1.1\r\nHost: localhost:8443\r\nUser-Agent: " + std::string(100, 'a') +
        "\r\n\r\n"
    );
    CHECK(client.exchange("nonsense\r\n\r\n").status == 400);
    CHECK(
        running.script.logged() ==
        std::vector<std::string>{
            "route 401 127.0.0.1 one/1",
            "no route 404 127.0.0.1 ",
            "route 200 127.0.0.1 " + std::string(64, 'a'),
            " 400 127.0.0.1 "}
    );
}

TEST_CASE("pipelined requests are answered in their order") {
    RunningServer running;
    Client client(running.address);
    REQUIRE(client.send(post("/queued?1", "") + post("/echo/2", "b") + get("/echo/3")));
    REQUIRE(eventually([&] { return running.script.queued() == 1; }));
    CHECK(running.script.admitted().size() == 1);
    running.script.release();
    CHECK(client.receive().body == "/queued?1");
    CHECK(client.receive().body == "POST\n/echo/2\nlocalhost:8443\nb");
    CHECK(client.receive().body == "GET\n/echo/3\nlocalhost:8443\n");
}

TEST_CASE("thousands of pipelined requests on one connection are all answered") {
    RunningServer running;
    Client client(running.address);
    for (int round = 0; round < 30; ++round) {
        std::string many;
        for (int i = 0; i < 100; ++i)
            many += get("/echo/" + std::to_string(round));
        REQUIRE(client.send(many));
        for (int i = 0; i < 100; ++i) {
            const auto answer = client.receive();
            CHECK(answer.status == 200);
        }
    }
}

TEST_CASE("a body in many small pieces, and one in chunks, arrive whole") {
    RunningServer running;
    Client client(running.address);
    const std::string body(3000, 'x');
    const auto request = post("/echo", body);
    for (std::size_t at = 0; at < request.size(); at += 100) {
        REQUIRE(client.send(request.substr(at, 100)));
    }
    CHECK(client.receive().body.size() == body.size() + 26);
    const auto answer = client.exchange(
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    );
    CHECK(answer.body == "POST\n/echo\na\nabcde");
}

TEST_CASE("the largest body and a large answer go through") {
    RunningServer running;
    Client client(running.address);
    const auto answer = client.exchange(post("/echo/events", std::string(kEventsLimit, 'x')));
    CHECK(answer.body.size() == kEventsLimit + 33);
    const auto big = client.exchange(get("/big"));
    CHECK(big.body == std::string(kBigBody, 'b'));
    CHECK(client.exchange(get("/echo")).status == 200);
}

TEST_CASE("Expect: 100-continue is answered before the body, a refusal instead of it") {
    RunningServer running;
    Client client(running.address);
    const std::string expect = "Host: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    CHECK(client.exchange("POST /echo HTTP/1.1\r\n" + expect).status == 100);
    CHECK(client.exchange("abc").body == "POST\n/echo\na\nabc");
    const auto refused = client.exchange("POST /missing HTTP/1.1\r\n" + expect);
    CHECK(refused.status == 404);
    CHECK(refused.field("connection") == "close");
    CHECK(client.ends_within(1s));
}

TEST_CASE("a head that is refused ends the connection") {
    RunningServer running;
    for (const auto& [bytes, status] : std::vector<std::pair<std::string, unsigned>>{
             {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", 400},
             {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
             {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'x'), 431},
             {"GET /" + std::string(2000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
             {"GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", 400},
             {"HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n", 405}}) {
        CAPTURE(bytes.substr(0, 60));
        Client client(running.address);
        const auto answer = client.exchange(bytes + get("/echo"));
        CHECK(answer.status == status);
        CHECK(answer.field("signature").empty());
        CHECK(answer.field("connection") == "close");
        CHECK(client.ends_within(1s));
    }
    CHECK(running.script.admitted().empty());
}

TEST_CASE("a refusal without a body keeps the connection") {
    RunningServer running;
    Client client(running.address);
    CHECK(client.exchange(get("/missing")).status == 404);
    CHECK(client.exchange(get("/echo")).status == 200);
}

TEST_CASE("too large a body is refused while it is still being sent, and the answer arrives") {
    RunningServer running;
    const std::string announced = "Content-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'x');
    std::string chunks = "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 3000; ++i)
        chunks += "3e8\r\n" + std::string(1000, 'x') + "\r\n";
    for (const auto& rest : {announced, chunks}) {
        Client client(running.address);
        REQUIRE(client.send("POST /echo/events HTTP/1.1\r\nHost: a\r\n" + rest));
        const auto answer = client.receive();
        CHECK(answer.status == 413);
        CHECK(client.ends_within(5s));
    }
    CHECK(running.script.admitted().empty());
}

TEST_CASE("Connection: close is honoured") {
    RunningServer running;
    Client client(running.address);
    const auto answer =
        client.exchange("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(answer.status == 200);
    CHECK(answer.field("connection") == "close");
    CHECK(client.ends_within(1s));
}

TEST_CASE("a client that never finishes its handshake is closed") {
    RunningServer running(impatient());
    const Wire silent(running.address);
    const Wire slow(running.address);
    CHECK(slow.send("\x16\x03\x01\x02"));
    CHECK(silent.is_closed_within(2s));
    CHECK(slow.is_closed_within(2s));
    const Wire plain(running.address);
    CHECK(plain.send(get("/echo")));
    CHECK(plain.is_closed_within(2s));
    CHECK(eventually([&] { return running.server.stats().failed_handshakes == 3; }));
}

TEST_CASE("an idle connection is closed, also after an answer") {
    RunningServer running(impatient());
    Client fresh(running.address);
    Client used(running.address);
    CHECK(used.exchange(get("/echo")).status == 200);
    CHECK(fresh.ends_within(2s));
    CHECK(used.ends_within(2s));
}

TEST_CASE("bytes that trickle in do not stretch the time for head or body") {
    RunningServer running(impatient());
    for (const auto& start :
         {std::string("GET /echo HTTP/1.1\r\n"),
          post("/echo", "").replace(post("/echo", "").find("Length: 0"), 9, "Length: 99")}) {
        Client client(running.address);
        REQUIRE(client.send(start));
        int sent = 0;
        while (sent < 40 && client.send("x")) {
            sleep_for(50ms);
            ++sent;
        }
        CHECK(sent < 40);
        CHECK(client.ends_within(1s));
    }
    CHECK(running.server.stats().timeouts == 2);
    CHECK(running.script.admitted().empty());
}

TEST_CASE("a client that takes no answer is closed, and its thread serves others meanwhile") {
    RunningServer running(impatient(), 1);
    Client greedy(running.address);
    for (int i = 0; i < 20; ++i)
        REQUIRE(greedy.send(get("/big")));
    Client other(running.address);
    CHECK(other.exchange(get("/echo")).status == 200);
    CHECK(eventually([&] { return running.server.stats().timeouts == 1; }));
}

TEST_CASE("a client that stays after the last answer holds nobody up, and is closed") {
    RunningServer running({}, 1);
    Client staying(running.address);
    CHECK(staying.exchange("GET / HTTP/1.0\r\n\r\n").status == 400);
    Client other(running.address);
    CHECK(other.exchange(get("/echo")).status == 200);
    CHECK(eventually([&] { return running.server.stats().connections == 1; }));
}

TEST_CASE("a body that ends early reaches nobody") {
    RunningServer running;
    for (const bool is_abrupt : {false, true}) {
        Client client(running.address);
        REQUIRE(client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfive"));
        if (is_abrupt)
            client.wire().reset();
        else
            client.close();
    }
    CHECK(eventually([&] { return running.server.stats().connections == 0; }));
    CHECK(running.script.admitted().empty());
}

TEST_CASE("a client that leaves while its request is queued harms nobody") {
    RunningServer running;
    {
        Client client(running.address);
        REQUIRE(client.send(post("/queued?gone", "")));
        REQUIRE(eventually([&] { return running.script.queued() == 1; }));
        client.wire().reset();
    }
    running.script.release();
    CHECK(eventually([&] { return running.server.stats().connections == 0; }));
    Client client(running.address);
    CHECK(client.exchange(get("/echo")).status == 200);
}

TEST_CASE("a fault behind the gate ends that connection only") {
    RunningServer running;
    Client victim(running.address);
    Client other(running.address);
    REQUIRE(victim.send(get("/throw")));
    CHECK(victim.ends_within(1s));
    CHECK(other.exchange(get("/echo")).status == 200);
    CHECK(running.server.stats().faults == 1);
}

TEST_CASE("an address with too many failed signatures gets 429, then another chance") {
    Limits limits;
    limits.failures_per_address = 5;
    limits.failure_window = 1s;
    RunningServer running(limits);
    Client client(running.address);
    for (int i = 0; i < 6; ++i)
        CHECK(client.exchange(get("/denied")).status == 401);
    const auto blocked = client.exchange(get("/echo"));
    CHECK(blocked.status == 429);
    CHECK(blocked.field("retry-after") == "1");
    CHECK(client.ends_within(1s));
    CHECK(eventually([&] {
        Client later(running.address);
        sleep_for(100ms);
        return later.exchange(get("/echo")).status == 200;
    }));
}

}  // namespace drawbridge::net::test
