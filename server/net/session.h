// One connection from its handshake to its end: requests are read, handed to the gate and
// answered one after the other, so that pipelined ones are answered in their order.
#pragma once

#include "ingest/gate.h"
#include "net/asio.h"
#include "net/plane.h"
#include "net/request_reader.h"
#include "net/tls_stream.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::net {

class Worker;

/// Lives on its worker's thread: every member is called there, except by name `weak_from_this`.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(Plane& plane, Worker& worker, Socket socket, const asio::ip::address& peer);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// The whole life; the caller keeps the session until it is done.
    [[nodiscard]] Awaitable<void> run();

    /// Ends what has outlived its deadline.
    void sweep(Clock::time_point now);
    /// Something has changed: does the parked poll have an answer now, is its key still good?
    void check_poll();
    /// 204 for that poll, if it is still parked.
    void end_poll(std::uint64_t number);
    /// Ends at once if idle or parked, else after the answer under way.
    void drain();
    /// Ends at once, whatever is under way.
    void abort();

private:
    enum class Phase { handshake, idle, head, body, queued, parked, write, closing };
    enum class Next { request, close, drop };  // drop: nothing more is sent
    enum class Wake { none, ready, over, revoked, hung_up };

    struct Poll {
        ingest::Parked parked;
        std::uint64_t number = 0;
        Wake wake = Wake::none;
    };

    using Step = RequestReader::Step;

    void enter(Phase phase, std::chrono::milliseconds extra = {});
    void wake_poll(Wake wake);
    [[nodiscard]] Awaitable<Next> serve_one();
    [[nodiscard]] Awaitable<Step> read_head(RequestReader& reader);
    [[nodiscard]] Awaitable<Step> read_body(RequestReader& reader);
    [[nodiscard]] Awaitable<Next> handle(RequestReader reader);
    [[nodiscard]] Awaitable<std::optional<http::Reply>> finish(ingest::Admitted admitted);
    [[nodiscard]] ingest::Respond respond();
    void deliver(std::uint64_t request, const ingest::MakeReply& make);
    [[nodiscard]] Awaitable<std::optional<http::Reply>> await_reply();
    [[nodiscard]] Awaitable<std::optional<http::Reply>> park(ingest::Parked parked);
    [[nodiscard]] Awaitable<void> watch_poll();
    void take_key();
    [[nodiscard]] std::optional<http::Reply> poll_reply(const Poll& poll);
    [[nodiscard]] Awaitable<Next> refuse(base::Outcome outcome);
    [[nodiscard]] Awaitable<Next> answer(http::Reply reply, bool close);

    Plane& plane_;
    Worker& worker_;
    const AddressKey peer_;
    const std::string peer_text_;
    TlsStream stream_;
    Timer reply_signal_;  // never expires; cancelled to wake `await_reply`
    std::string in_;      // received, not used yet
    Phase phase_ = Phase::handshake;
    Clock::time_point deadline_;
    std::uint64_t request_number_ = 0;
    std::string agent_;          // of the request under way, for the request log
    std::string_view endpoint_;  // the same; empty: its head is not read yet
    std::optional<http::Reply> reply_;
    std::optional<Poll> poll_;
    bool is_aborted_ = false;
    bool keeps_alive_ = true;
};

}  // namespace drawbridge::net
