// The load generator: keep-alive TLS connections, each with one request on its way, every request
// signed and every answer checked. Counts only what was acknowledged, and ends with an error when
// anything was not. Prints one JSON object.
#include "bench/load/connection.h"
#include "bench/load/dialect.h"
#include "bench/load/meter.h"
#include "bench/load/workload.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <sys/epoll.h>
#include <unistd.h>

namespace drawbridge::bench {
namespace {

constexpr std::string_view kStored = R"("status":"stored")";

struct Options {
    Dialect dialect = Dialect::drawbridge;
    Scenario scenario = Scenario::join;
    unsigned port = 0;
    std::string ca;
    std::string accounts;
    std::string ids;
    unsigned connections = 16;
    double warm_up = 1;
    double seconds = 5;
    std::size_t events = SIZE_MAX;  // stop when so many are acknowledged
};

Clock::duration duration_of(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

std::size_t count_stored(std::string_view body) {
    std::size_t count = 0;
    for (auto at = body.find(kStored); at != std::string_view::npos;
         at = body.find(kStored, at + kStored.size())) {
        count++;
    }
    return count;
}

class Generator {
public:
    explicit Generator(const Options& options);

    ~Generator() { close(poller_); }

    Generator(const Generator&) = delete;
    Generator& operator=(const Generator&) = delete;

    void run();

    [[nodiscard]] const Meter& meter() const { return meter_; }

private:
    /// A connection takes the accounts with its number, modulo the connections, in turn.
    struct Client {
        std::unique_ptr<Connection> connection;
        std::size_t account = 0;
        Outgoing request;
        Load load;
        Clock::time_point sent;
        bool is_waiting = false;
    };

    void open(std::size_t number);
    void send_next(Client& client);
    void take(Client& client);
    void check(const Client& client) const;

    const Options options_;
    const std::string authority_;
    std::vector<Account> accounts_;
    Workload workload_;
    const TlsClient tls_;
    Meter meter_;
    std::vector<Client> clients_;
    int poller_;
    std::size_t waiting_ = 0;
    Clock::time_point end_{};
};

Generator::Generator(const Options& options)
    : options_(options),
      authority_(fmt::format("localhost:{}", options.port)),
      accounts_(read_accounts(options.accounts)),
      workload_(options.scenario, accounts_.size()),
      tls_(options.ca, "localhost"),
      clients_(options.connections),
      poller_(epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        open(i);
    }
}

void Generator::open(std::size_t number) {
    auto& client = clients_[number];
    client.connection = std::make_unique<Connection>(tls_, options_.port);
    client.account = number % accounts_.size();
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.ptr = &client;
    if (epoll_ctl(poller_, EPOLL_CTL_ADD, client.connection->descriptor(), &wanted) != 0) {
        throw std::runtime_error("epoll_ctl");
    }
}

void Generator::run() {
    const auto start = Clock::now() + duration_of(options_.warm_up);
    end_ = start + duration_of(options_.seconds);
    meter_.measure(start, end_);
    for (auto& client : clients_) {
        send_next(client);
    }
    std::array<epoll_event, 256> ready{};
    while (waiting_ > 0) {
        const int count = epoll_wait(poller_, ready.data(), ready.size(), 20'000);
        if (count <= 0) throw std::runtime_error("no answer for 20 seconds");
        for (int i = 0; i < count; ++i) {
            take(*static_cast<Client*>(ready[static_cast<std::size_t>(i)].data.ptr));
        }
    }
}

void Generator::send_next(Client& client) {
    const auto now = Clock::now();
    if (now >= end_ || meter_.all_events() >= options_.events) return;
    client.account = (client.account + clients_.size()) % accounts_.size();
    if (!workload_.next(client.account, client.load)) return;
    auto& account = accounts_[client.account];
    const bool is_poll = options_.scenario == Scenario::poll;
    const std::string& target = is_poll ? account.poll_target : "/v1/events";
    client.request = sign(options_.dialect, account, authority_, target, client.load.body);
    client.sent = now;
    client.connection->send(client.request.bytes);
    client.is_waiting = true;
    waiting_++;
}

void Generator::take(Client& client) {
    if (!client.connection->receive()) return;
    if (!client.is_waiting) throw std::runtime_error("an answer that nobody asked for");
    waiting_--;
    client.is_waiting = false;
    check(client);
    meter_.acknowledged(client.load.ids, client.sent, Clock::now());
    send_next(client);
}

void Generator::check(const Client& client) const {
    const auto& answer = client.connection->answer();
    if (!is_genuine(options_.dialect, accounts_[client.account], client.request, answer)) {
        throw std::runtime_error("an answer that is not genuine: " + answer.body);
    }
    const bool is_poll = options_.scenario == Scenario::poll;
    const bool is_whole =
        is_poll ? answer.status == 204
                : answer.status == 200 && count_stored(answer.body) == client.load.ids.size();
    if (!is_whole) throw std::runtime_error(fmt::format("{} {}", answer.status, answer.body));
}

Options parse(int count, char** values) {
    Options options;
    CLI::App app{"Load generator of the Drawbridge benchmarks"};
    const std::map<std::string, Dialect> dialects{
        {"drawbridge", Dialect::drawbridge},
        {"peer", Dialect::peer}};
    const std::map<std::string, Scenario> scenarios{
        {"join", Scenario::join},
        {"big_join", Scenario::big_join},
        {"batch", Scenario::batch},
        {"poll", Scenario::poll},
        {"regulars", Scenario::regulars}};
    app.add_option("--dialect", options.dialect)->transform(CLI::CheckedTransformer(dialects));
    app.add_option("--scenario", options.scenario)->transform(CLI::CheckedTransformer(scenarios));
    app.add_option("--port", options.port)->required();
    app.add_option("--ca", options.ca)->required();
    app.add_option("--accounts", options.accounts)->required();
    app.add_option("--ids", options.ids);
    app.add_option("--connections", options.connections)->check(CLI::Range(1, 10'000));
    app.add_option("--warm-up", options.warm_up);
    app.add_option("--seconds", options.seconds)->check(CLI::Range(0.1, 600.0));
    app.add_option("--events", options.events);
    try {
        app.parse(count, values);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));
    }
    return options;
}

}  // namespace
}  // namespace drawbridge::bench

int main(int count, char** values) {
    using namespace drawbridge::bench;
    try {
        const auto options = parse(count, values);
        Generator generator(options);
        generator.run();
        if (!options.ids.empty()) generator.meter().append_ids(options.ids);
        fmt::print("{}\n", generator.meter().report());
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_load: {}\n", error.what());
        return 1;
    }
}
