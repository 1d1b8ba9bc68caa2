// The server as a whole: TLS, parked polls, connection limits, drain.
#include "net/server.h"

#include "base/log.h"
#include "running_server.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace drawbridge::net::test {
namespace {

using namespace std::chrono_literals;

std::string poll(const std::string& key, int wait = 30) {
    return get("/poll?" + key + "&" + std::to_string(wait));
}

}  // namespace

TEST_CASE("TLS 1.2 and 1.3 are spoken, nothing older and no other protocol") {
    RunningServer running;
    CHECK(Client(running.address).version() == "TLSv1.3");
    CHECK(Client(running.address, {TLS1_2_VERSION, "http/1.1"}).version() == "TLSv1.2");
    CHECK_THROWS_AS(Client(running.address, {TLS1_1_VERSION, "http/1.1"}), std::runtime_error);
    CHECK_THROWS_AS(Client(running.address, {0, "h2"}), std::runtime_error);
}

TEST_CASE("a certificate that cannot be used is named at the start") {
    Script script;
    const Certificate first("first");
    const Certificate second("second");
    const TlsFiles missing{"/nonexistent.pem", first.files().private_key};
    const TlsFiles mixed{first.files().certificate_chain, second.files().private_key};
    CHECK_THROWS_WITH_AS(
        Server(loopback(), missing, script.gate()),
        doctest::Contains("/nonexistent.pem"),
        std::runtime_error
    );
    CHECK_THROWS_AS(Server(loopback(), mixed, script.gate()), std::runtime_error);
}

TEST_CASE("a reloaded certificate serves new connections, a broken one changes nothing") {
    RunningServer running;
    Client before(running.address);
    CHECK(before.common_name() == "first");
    const Certificate second("second");
    const auto& files = running.certificate.files();
    const auto overwrite = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(
        second.files().certificate_chain,
        files.certificate_chain,
        overwrite
    );
    CHECK(running.server.reload_certificate().has_value());
    CHECK(Client(running.address).common_name() == "first");
    std::filesystem::copy_file(second.files().private_key, files.private_key, overwrite);
    CHECK_FALSE(running.server.reload_certificate().has_value());
    CHECK(Client(running.address).common_name() == "second");
    CHECK(before.exchange(get("/echo")).status == 200);
}

TEST_CASE("an address in use is said in plain words") {
    RunningServer running;
    Options options = loopback();
    const auto colon = running.address.rfind(':');
    options.port = static_cast<std::uint16_t>(std::stoi(running.address.substr(colon + 1)));
    Server second(options, running.certificate.files(), running.script.gate());
    CHECK_THROWS_WITH_AS(
        static_cast<void>(second.start()),
        ("cannot listen on " + running.address + ": Address already in use").c_str(),
        std::runtime_error
    );
}

TEST_CASE("parked polls are answered when the lists change") {
    RunningServer running;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<Client>(running.address));
        REQUIRE(clients.back()->send(poll("key" + std::to_string(i))));
    }
    REQUIRE(running.has_parked(20));
    running.script.notify();
    sleep_for(50ms);
    CHECK(running.server.stats().parked == 20);
    running.script.publish();
    for (int i = 0; i < 20; ++i) {
        const auto answer = clients[static_cast<std::size_t>(i)]->receive();
        CHECK(answer.body == "list for key" + std::to_string(i));
    }
    CHECK(running.server.stats().parked == 0);
}

TEST_CASE("changes that come while polls are being parked are not missed") {
    RunningServer running;
    std::atomic<bool> is_done{false};
    std::thread publisher([&] {
        while (!is_done)
            running.script.publish();
    });
    Client client(running.address);
    for (int i = 0; i < 200; ++i) {
        const auto answer = client.exchange(poll("key"));
        CHECK(answer.status == 200);
    }
    is_done = true;
    publisher.join();
}

TEST_CASE("a parked poll ends with 204 after its time, and the connection stays") {
    RunningServer running;
    Client client(running.address);
    const auto start = std::chrono::steady_clock::now();
    CHECK(client.exchange(poll("key", 1)).status == 204);
    const auto taken = std::chrono::steady_clock::now() - start;
    CHECK(taken >= 1s);
    CHECK(taken < 2s);
    CHECK(client.exchange(get("/echo")).status == 200);
}

TEST_CASE("a newer poll of a key ends the older one with 204") {
    RunningServer running;
    Client first(running.address);
    Client second(running.address);
    Client other(running.address);
    REQUIRE(first.send(poll("key")));
    REQUIRE(other.send(poll("other")));
    REQUIRE(running.has_parked(2));
    REQUIRE(second.send(poll("key")));
    CHECK(first.receive().status == 204);
    CHECK(running.has_parked(2));
    running.script.publish();
    CHECK(second.receive().status == 200);
    CHECK(other.receive().status == 200);
}

TEST_CASE("a client that leaves while parked is let go at once, politely or not") {
    RunningServer running;
    Client polite(running.address);
    Client abrupt(running.address);
    REQUIRE(polite.send(poll("a")));
    REQUIRE(abrupt.send(poll("b")));
    REQUIRE(running.has_parked(2));
    polite.close();
    abrupt.wire().reset();
    CHECK(eventually([&] { return running.server.stats().connections == 0; }));
    CHECK(running.server.stats().dropped_polls == 2);
    CHECK(running.server.stats().parked == 0);
}

TEST_CASE("a revoked key's poll is closed without an answer, others stay") {
    RunningServer running;
    Client revoked(running.address);
    Client other(running.address);
    REQUIRE(revoked.send(poll("bad")));
    REQUIRE(other.send(poll("good")));
    REQUIRE(running.has_parked(2));
    running.script.revoke("bad");
    CHECK(revoked.ends_within(500ms));
    CHECK(running.server.stats().parked == 1);
    CHECK(running.server.stats().revoked_polls == 1);
}

TEST_CASE("what a client sends while parked waits its turn, within bounds") {
    RunningServer running;
    Client client(running.address);
    REQUIRE(client.send(poll("key") + get("/echo/next")));
    REQUIRE(running.has_parked(1));
    sleep_for(20ms);
    CHECK(running.script.admitted().size() == 1);
    running.script.publish();
    CHECK(client.receive().body == "list for key");
    CHECK(client.receive().body == "GET\n/echo/next\nlocalhost:8443\n");

    REQUIRE(client.send(poll("key") + post("/echo", std::string(15'000, 'x'))));
    REQUIRE(running.has_parked(1));
    REQUIRE(client.send(post("/echo", std::string(15'000, 'y'))));
    running.script.publish();
    CHECK(client.receive().status == 200);
    CHECK(client.receive().body.size() == 15'026);
    CHECK(client.receive().body.size() == 15'026);
}

TEST_CASE("beyond the caps new connections are closed, and served again when there is room") {
    Limits limits;
    limits.connections = 3;
    limits.connections_per_address = 2;
    RunningServer running(limits);
    auto first = std::make_unique<Client>(running.address);
    Client second(running.address);
    CHECK(second.exchange(get("/echo")).status == 200);
    CHECK_THROWS_AS(Client(running.address), std::runtime_error);
    CHECK(running.server.stats().refused_address == 1);
    first.reset();
    REQUIRE(eventually([&] { return running.server.stats().connections == 1; }));
    Client third(running.address);
    CHECK(third.exchange(get("/echo")).status == 200);
}

TEST_CASE("out of file descriptors, connections wait instead of being lost") {
    // UBSan looks at an object's type through a pipe, the first time; the logger's is due below.
    base::log_info("net test: descriptors run out now");
    RunningServer running;
    const Wire early(running.address);  // its descriptor exists before they run out
    REQUIRE(eventually([&] { return running.server.stats().connections == 1; }));
    rlimit old{};
    getrlimit(RLIMIT_NOFILE, &old);
    rlimit low = old;
    low.rlim_cur = 200;
    setrlimit(RLIMIT_NOFILE, &low);
    std::vector<int> hoard;
    for (int copy = 0; (copy = dup(0)) >= 0;)
        hoard.push_back(copy);
    close(hoard.back());  // one for the client, none for the server's end of it
    hoard.pop_back();
    const Wire waiting(running.address);
    sleep_for(300ms);
    CHECK(running.server.stats().accepted == 1);
    for (const int copy : hoard)
        close(copy);
    setrlimit(RLIMIT_NOFILE, &old);
    CHECK(eventually([&] { return running.server.stats().accepted == 2; }));
    Client client(running.address);
    CHECK(client.exchange(get("/echo")).status == 200);
}

TEST_CASE("drain answers what is admitted, ends polls, closes the idle and takes nothing new") {
    RunningServer running;
    Client idle(running.address);
    CHECK(idle.exchange(get("/echo")).status == 200);
    Client parked(running.address);
    Client queued(running.address);
    REQUIRE(parked.send(poll("key")));
    REQUIRE(queued.send(post("/queued?last", "")));
    REQUIRE(running.has_parked(1));
    REQUIRE(eventually([&] { return running.script.queued() == 1; }));

    std::thread drain([&] { running.server.drain(); });
    CHECK(idle.ends_within(1s));
    const auto ended = parked.receive();
    CHECK(ended.status == 204);
    CHECK(ended.field("connection") == "close");
    parked.close();
    CHECK_THROWS_AS(Client(running.address), std::runtime_error);
    running.script.release();
    const auto last = queued.receive();
    CHECK(last.body == "/queued?last");
    CHECK(last.field("connection") == "close");
    queued.close();
    drain.join();
    CHECK(running.server.stats().connections == 0);
}

TEST_CASE("drain ends in its time though an answer never comes and a client never leaves") {
    Limits limits;
    limits.drain = 300ms;
    RunningServer running(limits);
    Client queued(running.address);
    Client half(running.address);
    REQUIRE(queued.send(post("/queued?never", "")));
    REQUIRE(half.send("GET /echo HTTP/1.1\r\n"));
    REQUIRE(eventually([&] { return running.script.queued() == 1; }));
    const auto start = std::chrono::steady_clock::now();
    running.server.drain();
    CHECK(std::chrono::steady_clock::now() - start < 2s);
    CHECK(running.server.stats().connections == 0);
    CHECK(queued.ends_within(1s));
    CHECK(half.ends_within(1s));
}

// The sweep's timer expires while the thread is held up, and comes behind the order to stop.
TEST_CASE("drain ends though the thread was held up until after it was told to stop") {
    Limits limits;
    limits.drain = 1ms;  // then two seconds for connections to notice, then the order
    RunningServer running(limits, 1);
    Client client(running.address);
    REQUIRE(client.send(post("/blocks", "")));
    sleep_for(100ms);
    running.server.drain();
    CHECK(running.server.stats().connections == 0);
}

TEST_CASE("an answer that cannot be made ends its connection alone") {
    RunningServer running(Limits{});
    Client broken(running.address);
    Client whole(running.address);
    REQUIRE(broken.send(post("/queued?broken", "")));
    REQUIRE(eventually([&] { return running.script.queued() == 1; }));
    const auto callbacks = running.script.take();
    callbacks.front()([]() -> http::Reply { throw std::runtime_error("scripted fault"); });
    CHECK(broken.ends_within(2s));
    CHECK(running.server.stats().faults == 1);
    CHECK(whole.exchange(post("/echo", "hello")).status == 200);
}

TEST_CASE("an answer and a change after the server is gone go nowhere") {
    Script script;
    const Certificate certificate("first");
    std::vector<ingest::Respond> late;
    {
        Limits limits;
        limits.drain = 50ms;
        Server server(loopback(limits), certificate.files(), script.gate());
        Client client(server.start());
        REQUIRE(client.send(post("/queued?late", "")));
        REQUIRE(eventually([&] { return script.queued() == 1; }));
        late = script.take();
    }
    REQUIRE(late.size() == 1);
    late.front()([] { return text_reply(200, "late"); });
    script.publish();
    CHECK(script.admitted().size() == 1);
}

}  // namespace drawbridge::net::test
