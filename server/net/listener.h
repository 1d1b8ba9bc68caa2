// The listening socket: takes connections in and gives each to the worker with the fewest.
#pragma once

#include "net/asio.h"
#include "net/plane.h"
#include "net/worker.h"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace drawbridge::net {

using Workers = std::vector<std::shared_ptr<Worker>>;

/// Built by main's thread, then works on the first worker's; `close` and `is_closed` from any.
/// One socket for all threads instead of SO_REUSEPORT: connections are spread evenly however few
/// they are, and a second daemon on the same port is refused instead of taking half of them.
class Listener {
public:
    Listener(Plane& plane, const Workers& workers);

    /// Binds and listens; returns "address:port". Throws std::runtime_error with the reason.
    [[nodiscard]] std::string open();
    void start();
    void close();

    [[nodiscard]] bool is_closed() const { return is_closed_; }

private:
    [[nodiscard]] Awaitable<void> accept_all();
    [[nodiscard]] Awaitable<void> back_off(const std::string& why);
    [[nodiscard]] Worker& lightest() const;
    void admit(Worker& worker, Socket socket, const asio::ip::address& peer);

    Plane& plane_;
    const Workers& workers_;
    asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
    Timer pause_;
    Clock::time_point next_complaint_{};
    std::atomic<bool> is_closing_{false};
    std::atomic<bool> is_closed_{false};
};

}  // namespace drawbridge::net
