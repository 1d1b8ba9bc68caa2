// One I/O thread: its io_context and the connections that live and die on it.
#pragma once

#include "net/asio.h"
#include "net/plane.h"

#include <boost/asio/executor_work_guard.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <unordered_set>
#include <vector>

namespace drawbridge::net {

class Session;

/// Members say from which thread they are called; "own" is the thread that is in `run`.
class Worker : public std::enable_shared_from_this<Worker> {
public:
    explicit Worker(Plane& plane);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Returns after `stop`, when the last connection is gone.
    void run();

    // Any thread.
    [[nodiscard]] asio::io_context& context() { return context_; }

    [[nodiscard]] std::size_t load() const { return load_.load(std::memory_order_relaxed); }

    void adopt(Socket socket, const asio::ip::address& peer);
    void wake_parked();
    void drain();
    void abort_all();
    void stop();

    // Own thread.
    [[nodiscard]] bool is_draining() const { return is_draining_; }

    void park(Session& session) { parked_.insert(&session); }

    void unpark(Session& session) { parked_.erase(&session); }

private:
    void open(Socket socket, const asio::ip::address& peer);
    void finish(Session& session, const std::exception_ptr& fault);
    void sweep_later();
    void begin_pass();
    void continue_pass();

    Plane& plane_;
    asio::io_context context_{1};
    std::atomic<std::size_t> load_{0};
    std::atomic<bool> is_wake_posted_{false};

    // Own thread.
    asio::executor_work_guard<Executor> work_;
    Timer sweeper_;
    std::unordered_set<Session*> sessions_;
    std::unordered_set<Session*> parked_;
    std::vector<std::weak_ptr<Session>> pass_;  // parked polls still to look at
    bool is_pass_due_ = false;
    bool is_draining_ = false;
    bool is_stopped_ = false;
};

}  // namespace drawbridge::net
