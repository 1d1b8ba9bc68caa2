#include "net/session.h"

#include "base/clock.h"
#include "base/log.h"
#include "net/reply_head.h"
#include "net/worker.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>
#include <variant>

namespace drawbridge::net {
namespace {

using base::Outcome;

// Bytes read ahead of the poll's answer, so that a client's leaving is noticed behind them.
constexpr std::size_t kMaxAhead = 8'192;
// A body up to this size goes out in one record with its head.
constexpr std::size_t kJoinedBody = 12'288;
// A large body gets the time of `Limits::write` for each of these.
constexpr std::size_t kSlice = 262'144;
constexpr std::chrono::milliseconds kLinger{2'000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Session::Session(Plane& plane, Worker& worker, Socket socket, const asio::ip::address& peer)
    : plane_(plane),
      worker_(worker),
      peer_(to_key(peer)),
      peer_text_(peer.to_string()),
      stream_(std::move(socket), plane.tls.make_session()),
      reply_signal_(worker.context(), Clock::time_point::max()) {
    enter(Phase::handshake);
}

Session::~Session() {
    plane_.addresses.leave(peer_);
}

Awaitable<void> Session::run() {
    const bool is_secure = co_await stream_.handshake();
    if (!is_secure) {
        plane_.counters.failed_handshakes++;
        co_return;
    }
    auto next = Next::request;
    while (next == Next::request) {
        next = co_await serve_one();
    }
    if (next == Next::drop) co_return;
    enter(Phase::closing);
    co_await stream_.close();
}

void Session::enter(Phase phase, std::chrono::milliseconds extra) {
    const auto& limits = plane_.options.limits;
    auto time = extra;
    switch (phase) {
        case Phase::handshake: time += limits.handshake; break;
        case Phase::idle: time += limits.idle; break;
        case Phase::head: time += limits.head; break;
        case Phase::body: time += limits.body; break;
        case Phase::write: time += limits.write; break;
        case Phase::closing: time += kLinger; break;
        case Phase::queued:
        case Phase::parked: break;
    }
    phase_ = phase;
    deadline_ = phase == Phase::queued ? Clock::time_point::max() : Clock::now() + time;
}

void Session::sweep(Clock::time_point now) {
    if (now < deadline_) return;
    if (phase_ == Phase::parked) return wake_poll(Wake::over);
    if (phase_ != Phase::idle && phase_ != Phase::closing && !is_aborted_) {
        plane_.counters.timeouts++;
    }
    abort();
}

void Session::abort() {
    is_aborted_ = true;
    stream_.abort();
    reply_signal_.cancel();
}

void Session::drain() {
    if (poll_) return wake_poll(Wake::over);
    if (phase_ == Phase::idle || phase_ == Phase::handshake) abort();
}

Awaitable<Session::Next> Session::serve_one() {
    const auto& limits = plane_.options.limits;
    RequestReader reader(limits.head_bytes, limits.target_bytes);
    endpoint_ = {};
    agent_.clear();
    const auto step = co_await read_head(reader);
    if (step == Step::need_more) co_return Next::drop;
    if (plane_.addresses.is_blocked(peer_, Clock::now())) {
        co_return co_await refuse(Outcome::too_many_requests);
    }
    if (step == Step::refused) {
        co_return co_await refuse(reader.refusal());
    }
    co_return co_await handle(std::move(reader));
}

// `need_more` says that the connection ended first.
Awaitable<Session::Step> Session::read_head(RequestReader& reader) {
    if (in_.empty()) {
        std::string().swap(in_);  // an idle connection keeps no buffer
        enter(Phase::idle);
        if (worker_.is_draining()) co_return Step::need_more;
        // Between requests there is nothing yet, as a rule: trying first would be in vain.
        if (!stream_.has_pending()) {
            co_await stream_.readable();
        }
        const bool is_open = co_await stream_.read(in_);
        if (!is_open) co_return Step::need_more;
    }
    enter(Phase::head);
    for (;;) {
        const auto step = reader.read_head(in_);
        if (step != Step::need_more) co_return step;
        const bool is_open = co_await stream_.read(in_);
        if (!is_open) co_return Step::need_more;
    }
}

// As `read_head`.
Awaitable<Session::Step> Session::read_body(RequestReader& reader) {
    enter(Phase::body);
    if (reader.expects_continue() && in_.empty()) {
        const bool is_open = co_await stream_.write(kContinue);
        if (!is_open) co_return Step::need_more;
    }
    for (;;) {
        const auto step = reader.read_body(in_);
        if (step != Step::need_more) co_return step;
        const bool is_open = co_await stream_.read(in_);
        if (!is_open) co_return Step::need_more;
    }
}

Awaitable<Session::Next> Session::handle(RequestReader reader) {
    auto& request = reader.request();
    request.head.remote_address = peer_text_;
    endpoint_ = ingest::endpoint_of(request.head);
    agent_ = std::move(request.head.agent);
    keeps_alive_ = reader.keeps_alive();
    auto checked = plane_.gate.check_head(request.head);
    if (auto* refusal = std::get_if<http::Reply>(&checked)) {
        // A body that is not read, or an answer to HEAD, would be taken for the next message.
        const bool close = request.head.has_body || request.head.method == http::Method::other;
        co_return co_await answer(std::move(*refusal), close);
    }
    auto step = reader.limit_body(std::get<ingest::BodyLimit>(checked).bytes);
    if (step == Step::done) {
        step = co_await read_body(reader);
    }
    if (step == Step::need_more) co_return Next::drop;
    if (step == Step::refused) {
        co_return co_await refuse(reader.refusal());
    }

    auto admitted = plane_.gate.admit(std::move(request), base::unix_ms(), respond());
    { const RequestReader done(std::move(reader)); }  // its buffers go before the wait
    auto reply = co_await finish(std::move(admitted));
    if (!reply) co_return Next::drop;
    co_return co_await answer(*std::move(reply), false);
}

// Nothing: the connection ended first, or must end without an answer.
Awaitable<std::optional<http::Reply>> Session::finish(ingest::Admitted admitted) {
    if (auto* reply = std::get_if<http::Reply>(&admitted)) co_return std::move(*reply);
    if (auto* parked = std::get_if<ingest::Parked>(&admitted)) {
        co_return co_await park(std::move(*parked));
    }
    co_return co_await await_reply();
}

// Called on the store's thread, perhaps after this connection, its server included.
ingest::Respond Session::respond() {
    return [worker = worker_.shared_from_this(),
            session = weak_from_this(),
            number = ++request_number_](ingest::MakeReply make) {
        asio::post(worker->context(), [session, number, make = std::move(make)] {
            if (const auto self = session.lock()) self->deliver(number, make);
        });
    };
}

void Session::deliver(std::uint64_t request, const ingest::MakeReply& make) {
    if (request != request_number_ || phase_ != Phase::queued) return;
    try {
        reply_ = make();
        reply_signal_.cancel();
    } catch (const std::exception& error) {
        plane_.counters.faults++;
        base::log_error("net fault in making an answer: {}", error.what());
        abort();  // it will never come
    }
}

Awaitable<std::optional<http::Reply>> Session::await_reply() {
    enter(Phase::queued);
    while (!reply_ && !is_aborted_) {
        co_await reply_signal_.async_wait(kAwait);
    }
    co_return std::exchange(reply_, std::nullopt);
}

Awaitable<std::optional<http::Reply>> Session::park(ingest::Parked parked) {
    enter(Phase::parked, parked.wait);
    poll_.emplace(Poll{std::move(parked), plane_.next_poll++, Wake::none});
    take_key();
    worker_.park(*this);
    plane_.counters.parked++;
    if (worker_.is_draining()) poll_->wake = Wake::over;
    co_await watch_poll();
    plane_.counters.parked--;
    worker_.unpark(*this);
    plane_.parking.leave(poll_->parked.key_id, poll_->number);
    const auto poll = *std::exchange(poll_, std::nullopt);
    co_return poll_reply(poll);
}

// The older poll of this key may live on another thread.
void Session::take_key() {
    const auto older = plane_.parking.enter(
        poll_->parked.key_id,
        {weak_from_this(), worker_.shared_from_this(), poll_->number}
    );
    if (!older) return;
    const auto worker = older->worker;
    asio::post(worker->context(), [session = older->session, number = older->number] {
        if (const auto self = session.lock()) self->end_poll(number);
    });
}

Awaitable<void> Session::watch_poll() {
    while (poll_->wake == Wake::none && !is_aborted_) {
        if (in_.size() >= kMaxAhead) {
            co_await stream_.broken();
            wake_poll(Wake::hung_up);
            continue;
        }
        const auto got = stream_.try_read(in_);
        if (got == TlsStream::Got::closed) wake_poll(Wake::hung_up);
        if (got == TlsStream::Got::nothing) {
            co_await stream_.readable();
        }
    }
}

// The first reason stands.
void Session::wake_poll(Wake wake) {
    if (!poll_ || poll_->wake != Wake::none) return;
    poll_->wake = wake;
    stream_.wake();
}

void Session::check_poll() {
    if (!poll_ || poll_->wake != Wake::none) return;
    if (!plane_.gate.poll_allowed(*poll_->parked.ticket)) {
        wake_poll(Wake::revoked);
    } else if (plane_.gate.poll_ready(*poll_->parked.ticket)) {
        wake_poll(Wake::ready);
    }
}

void Session::end_poll(std::uint64_t number) {
    if (poll_ && poll_->number == number) wake_poll(Wake::over);
}

std::optional<http::Reply> Session::poll_reply(const Poll& poll) {
    const auto& ticket = *poll.parked.ticket;
    if (is_aborted_) return std::nullopt;
    if (poll.wake == Wake::hung_up) {
        plane_.counters.dropped_polls++;
        return std::nullopt;
    }
    // Asked again: the key may have been revoked since the poll was woken.
    if (poll.wake == Wake::revoked || !plane_.gate.poll_allowed(ticket)) {
        plane_.counters.revoked_polls++;
        return std::nullopt;
    }
    const auto now = base::unix_ms();
    return poll.wake == Wake::ready ? plane_.gate.answer_poll(ticket, now)
                                    : plane_.gate.end_poll(ticket, now);
}

Awaitable<Session::Next> Session::refuse(Outcome outcome) {
    auto reply = ingest::Gate::refuse(outcome);
    if (outcome == Outcome::too_many_requests) {
        const auto window = plane_.options.limits.failure_window;
        reply.retry_after_seconds =
            static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(window).count());
    }
    co_return co_await answer(std::move(reply), true);
}

Awaitable<Session::Next> Session::answer(http::Reply reply, bool close) {
    close = close || reply.close || !keeps_alive_ || worker_.is_draining();
    if (reply.status < plane_.counters.answers.size()) plane_.counters.answers[reply.status]++;
    plane_.gate.log({peer_text_, agent_, endpoint_, reply}, base::unix_ms());
    const bool is_failure = reply.status == describe(Outcome::unauthorized).status;
    if (is_failure && reply.signature.empty()) plane_.addresses.note_failure(peer_, Clock::now());

    enter(Phase::write);
    std::string_view rest = reply.body ? std::string_view(*reply.body) : std::string_view();
    auto out = reply_head(reply, close);
    if (rest.size() <= kJoinedBody) out += std::exchange(rest, {});
    bool is_sent = co_await stream_.write(out);
    while (is_sent && !rest.empty()) {
        enter(Phase::write);
        is_sent = co_await stream_.write(rest.substr(0, kSlice));
        rest.remove_prefix(std::min(kSlice, rest.size()));
    }
    if (!is_sent) co_return Next::drop;
    co_return close ? Next::close : Next::request;
}

}  // namespace drawbridge::net
