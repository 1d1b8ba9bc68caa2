#include "net/server.h"

#include "base/log.h"
#include "net/listener.h"
#include "net/plane.h"
#include "net/worker.h"

#include <csignal>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>
#include <utility>
#include <vector>

namespace drawbridge::net {
namespace {

constexpr std::chrono::milliseconds kPollStep{5};
// For connections to notice that they have been aborted.
constexpr std::chrono::seconds kAbortTime{2};

// The soft limit is 1,024 in most places, for the sake of select(), which nothing here uses.
void raise_file_limit(std::size_t connections) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < connections + 100) {
        base::log_warning(
            "net open-file limit {} is too low for {} connections",
            limit.rlim_max,
            connections
        );
    }
}

template <class Condition>
bool wait_until(Clock::time_point deadline, Condition condition) {
    while (!condition()) {
        if (Clock::now() >= deadline) return false;
        std::this_thread::sleep_for(kPollStep);
    }
    return true;
}

}  // namespace

struct Server::Impl {
    Impl(Options options, TlsFiles files, ingest::Gate& gate)
        : plane(std::move(options), std::move(files), gate) {
        for (unsigned i = 0; i < std::max(1U, plane.options.threads); ++i) {
            workers.push_back(std::make_shared<Worker>(plane));
        }
        listener = std::make_unique<Listener>(plane, workers);
    }

    Plane plane;
    Workers workers;
    std::unique_ptr<Listener> listener;
    std::string address;               // empty: not open yet
    std::vector<std::thread> threads;  // empty: not started, or drained
};

Server::Server(Options options, TlsFiles files, ingest::Gate& gate)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(files), gate)) {}

Server::~Server() {
    drain();
}

std::string Server::open() {
    impl_->address = impl_->listener->open();
    return impl_->address;
}

std::string Server::start() {
    if (impl_->address.empty()) (void)open();
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    raise_file_limit(impl_->plane.options.limits.connections);
    // Weak: the gate keeps the listener longer than this server may live.
    std::vector<std::weak_ptr<Worker>> workers(impl_->workers.begin(), impl_->workers.end());
    impl_->plane.gate.on_change([workers = std::move(workers)] {
        for (const auto& weak : workers) {
            if (const auto worker = weak.lock()) worker->wake_parked();
        }
    });
    impl_->listener->start();
    for (const auto& worker : impl_->workers) {
        impl_->threads.emplace_back([worker = worker.get()] { worker->run(); });
    }
    return impl_->address;
}

void Server::drain() {
    if (impl_->threads.empty()) return;
    const auto is_empty = [this] {
        return impl_->listener->is_closed() && impl_->plane.addresses.connections() == 0;
    };
    impl_->listener->close();
    for (const auto& worker : impl_->workers) {
        worker->drain();
    }
    if (!wait_until(Clock::now() + impl_->plane.options.limits.drain, is_empty)) {
        const auto left = impl_->plane.addresses.connections();
        base::log_warning("net drain time is over, closing {} connections", left);
        for (const auto& worker : impl_->workers) {
            worker->abort_all();
        }
        wait_until(Clock::now() + kAbortTime, is_empty);
    }
    for (const auto& worker : impl_->workers) {
        worker->stop();
    }
    for (auto& thread : impl_->threads) {
        thread.join();
    }
    impl_->threads.clear();
}

Stats Server::stats() const {
    const auto& counters = impl_->plane.counters;
    Stats stats;
    stats.connections = impl_->plane.addresses.connections();
    stats.parked = counters.parked;
    stats.accepted = counters.accepted;
    stats.refused_full = counters.refused_full;
    stats.refused_address = counters.refused_address;
    stats.failed_handshakes = counters.failed_handshakes;
    stats.timeouts = counters.timeouts;
    stats.dropped_polls = counters.dropped_polls;
    stats.revoked_polls = counters.revoked_polls;
    stats.faults = counters.faults;
    for (unsigned status = 0; status < counters.answers.size(); ++status) {
        const auto count = counters.answers[status].load();
        if (count > 0) stats.answers.emplace(status, count);
    }
    return stats;
}

std::optional<std::string> Server::reload_certificate() {
    return impl_->plane.tls.reload();
}

}  // namespace drawbridge::net
