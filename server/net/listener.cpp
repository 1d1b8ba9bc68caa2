#include "net/listener.h"

#include "base/log.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drawbridge::net {
namespace {

constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kBackOff{100};
constexpr std::chrono::minutes kComplaintEvery{1};

std::string to_text(const asio::ip::address& address, unsigned port) {
    const auto* const form = address.is_v6() ? "[{}]:{}" : "{}:{}";
    return fmt::format(fmt::runtime(form), address.to_string(), port);
}

// Nothing of the connection that waits: the process or the system has run out.
bool is_exhaustion(const boost::system::error_code& error) {
    return error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
           error == asio::error::no_memory ||
           error == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

Listener::Listener(Plane& plane, const Workers& workers)
    : plane_(plane),
      workers_(workers),
      acceptor_(workers.front()->context()),
      pause_(workers.front()->context()) {}

std::string Listener::open() {
    const auto& options = plane_.options;
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(options.address, ec);
    if (ec) throw std::runtime_error("not an IP address: " + options.address);
    const asio::ip::tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), ec);
    if (!ec) acceptor_.set_option(asio::socket_base::reuse_address(true), ec);
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(kBacklog, ec);
    if (ec) {
        const auto wanted = to_text(address, options.port);
        throw std::runtime_error(fmt::format("cannot listen on {}: {}", wanted, ec.message()));
    }
    return to_text(address, acceptor_.local_endpoint().port());
}

void Listener::start() {
    asio::co_spawn(workers_.front()->context(), accept_all(), [this](const std::exception_ptr&) {
        boost::system::error_code ignored;  // whatever it says, the socket is gone
        acceptor_.close(ignored);
        is_closed_ = true;
    });
}

void Listener::close() {
    is_closing_ = true;
    asio::post(workers_.front()->context(), [this] {
        boost::system::error_code ignored;  // nothing pending: the loop sees is_closing_
        acceptor_.cancel(ignored);
        pause_.cancel();
    });
}

Awaitable<void> Listener::accept_all() {
    while (!is_closing_) {
        Worker& worker = lightest();
        Socket socket(worker.context());
        asio::ip::tcp::endpoint peer;
        const auto [error] = co_await acceptor_.async_accept(socket, peer, kAwait);
        // Other errors are those of a connection that broke before it was taken in.
        if (!error) {
            admit(worker, std::move(socket), peer.address());
        } else if (is_exhaustion(error)) {
            co_await back_off(error.message());
        }
    }
}

// The waiting connection stays in the backlog, so that trying again at once would only spin.
Awaitable<void> Listener::back_off(const std::string& why) {
    const auto now = Clock::now();
    if (now >= next_complaint_) {
        base::log_error("net cannot accept connections: {}", why);
        next_complaint_ = now + kComplaintEvery;
    }
    pause_.expires_after(kBackOff);
    co_await pause_.async_wait(kAwait);
}

Worker& Listener::lightest() const {
    return **std::min_element(workers_.begin(), workers_.end(), [](const auto& a, const auto& b) {
        return a->load() < b->load();
    });
}

// A refused connection is closed before its handshake, which would cost more than it is worth.
void Listener::admit(Worker& worker, Socket socket, const asio::ip::address& peer) {
    switch (plane_.addresses.enter(to_key(peer))) {
        case AddressLimits::Entry::granted:
            plane_.counters.accepted++;
            worker.adopt(std::move(socket), peer);
            return;
        case AddressLimits::Entry::full: plane_.counters.refused_full++; return;
        case AddressLimits::Entry::address_full: plane_.counters.refused_address++; return;
    }
}

}  // namespace drawbridge::net
