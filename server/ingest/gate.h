// The way of a request behind HTTP: `admit` on an I/O thread, `apply` on the store thread.
// `net` knows only this header of what lies below it.
#pragma once

#include "base/clock.h"
#include "base/outcome.h"
#include "http/reply.h"
#include "http/request.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace drawbridge::ingest {

/// What the head alone allows: the most bytes of body to read, or the refusal to send instead.
struct BodyLimit {
    std::size_t bytes = 0;
};

/// Writes out and signs a reply. Any thread, at most once.
using MakeReply = std::function<http::Reply()>;
/// Called once, from any thread, when the fate of the request is known. Must not block: it posts
/// `make` to its own executor, so that signing costs the store thread nothing.
using Respond = std::function<void(MakeReply make)>;

/// A poll that has nothing to say yet. `net` parks it: it ends with `Gate::answer_poll` as soon as
/// `Gate::poll_ready` says so after a change, or after `wait`; with `Gate::end_poll` at drain and
/// when a newer poll of the same key arrives.
struct PollTicket;
class Counters;

struct Parked {
    std::shared_ptr<const PollTicket> ticket;
    std::string key_id;
    std::chrono::seconds wait{0};
};

/// A request that is being answered, as the request log sees it.
struct Exchange {
    std::string_view address;
    std::string_view agent;
    std::string_view endpoint;  // of `endpoint_of`; empty: the head could not be read
    const http::Reply& reply;
};

/// The route as the program names it, or that it is none; good for ever.
[[nodiscard]] std::string_view endpoint_of(const http::RequestHead& head);

/// The answer comes by the `Respond` handed in, after the commit.
struct Queued {};

using Admitted = std::variant<http::Reply, Queued, Parked>;

/// Built once by main; all members may be called from any I/O thread.
class Gate {
public:
    struct Parts;  // what it works with: ingest/gate_parts.h, filled by main
    explicit Gate(std::unique_ptr<Parts> parts);
    ~Gate();
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    /// Sizes and shape of the head, route, authority. Call before reading the body.
    [[nodiscard]] std::variant<BodyLimit, http::Reply> check_head(const http::RequestHead& head
    ) const;

    /// Everything after the body is in. `respond` is used only when the result is Queued.
    [[nodiscard]] Admitted admit(http::Request request, base::UnixMs now, Respond respond);

    [[nodiscard]] bool poll_ready(const PollTicket& ticket) const;
    /// The key behind the ticket still stands; when it does not, close without an answer.
    [[nodiscard]] bool poll_allowed(const PollTicket& ticket) const;
    /// The news for it, or 204 when there is none.
    [[nodiscard]] http::Reply answer_poll(const PollTicket& ticket, base::UnixMs now) const;
    /// 204, whatever there is: a newer poll of the same key, or the drain, has ended it.
    [[nodiscard]] http::Reply end_poll(const PollTicket& ticket, base::UnixMs now) const;

    /// `listener` runs on the store thread after lists or keys have changed: wake parked polls.
    /// Set before the first request; null takes it away again.
    void on_change(std::function<void()> listener);

    /// What came of a request, for the request log, which keeps refusals and what opens something.
    void log(const Exchange& exchange, base::UnixMs now) const;

    /// An unsigned refusal of something `net` itself found (head too large, body too large, …).
    [[nodiscard]] static http::Reply refuse(base::Outcome outcome);

    [[nodiscard]] const Counters& counters() const;

private:
    class Admission;
    std::unique_ptr<Parts> parts_;
};

}  // namespace drawbridge::ingest
