#include "net/worker.h"

#include "base/log.h"
#include "base/thread_setup.h"
#include "base/work.h"
#include "net/session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace drawbridge::net {
namespace {

// Deadlines are looked at this often, instead of one timer per connection set at every step.
constexpr std::chrono::milliseconds kSweep{200};
// Parked polls looked at in one go, so that other work comes between.
constexpr std::size_t kPassBatch = 64;

}  // namespace

Worker::Worker(Plane& plane)
    : plane_(plane),
      work_(asio::make_work_guard(context_)),
      sweeper_(context_) {}

Worker::~Worker() = default;

void Worker::run() {
    base::set_up_thread("net");
    const base::Work work("net");
    sweep_later();
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception& error) {
            plane_.counters.faults++;
            base::log_error("net fault in a handler: {}", error.what());
        }
    }
}

void Worker::adopt(Socket socket, const asio::ip::address& peer) {
    load_++;
    asio::post(context_, [this, socket = std::move(socket), peer]() mutable {
        open(std::move(socket), peer);
    });
}

void Worker::open(Socket socket, const asio::ip::address& peer) {
    const auto session = std::make_shared<Session>(plane_, *this, std::move(socket), peer);
    sessions_.insert(session.get());
    asio::co_spawn(context_, session->run(), [this, session](const std::exception_ptr& fault) {
        finish(*session, fault);
    });
    if (is_draining_) session->drain();
}

void Worker::finish(Session& session, const std::exception_ptr& fault) {
    parked_.erase(&session);
    sessions_.erase(&session);
    load_--;
    if (!fault) return;
    plane_.counters.faults++;
    try {
        std::rethrow_exception(fault);
    } catch (const std::exception& error) {
        base::log_error("net fault in a connection: {}", error.what());
    }
}

void Worker::sweep_later() {
    sweeper_.expires_after(kSweep);
    sweeper_.async_wait([this](const boost::system::error_code& stopped) {
        // Cancelling does not reach a timer that had expired before the order to stop was run.
        if (stopped || is_stopped_) return;
        const auto now = Clock::now();
        for (auto* session : sessions_) {
            session->sweep(now);
        }
        sweep_later();
    });
}

void Worker::wake_parked() {
    if (is_wake_posted_.exchange(true)) return;
    asio::post(context_, [this] {
        is_wake_posted_ = false;
        begin_pass();
    });
}

// A pass that is under way goes to its end first: restarting it at every change would starve
// those at its end.
void Worker::begin_pass() {
    is_pass_due_ = true;
    if (pass_.empty()) continue_pass();
}

void Worker::continue_pass() {
    if (pass_.empty() && is_pass_due_) {
        is_pass_due_ = false;
        for (auto* session : parked_) {
            pass_.push_back(session->weak_from_this());
        }
    }
    for (std::size_t i = 0; i < kPassBatch && !pass_.empty(); ++i) {
        if (const auto session = pass_.back().lock()) session->check_poll();
        pass_.pop_back();
    }
    if (!pass_.empty() || is_pass_due_) asio::post(context_, [this] { continue_pass(); });
}

void Worker::drain() {
    asio::post(context_, [this] {
        is_draining_ = true;
        for (auto* session : sessions_) {
            session->drain();
        }
    });
}

void Worker::abort_all() {
    asio::post(context_, [this] {
        for (auto* session : sessions_) {
            session->abort();
        }
    });
}

void Worker::stop() {
    asio::post(context_, [this] {
        is_stopped_ = true;
        sweeper_.cancel();
        work_.reset();
    });
}

}  // namespace drawbridge::net
