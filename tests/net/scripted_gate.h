// A gate for the network's tests: the real header, answers by path.
//   POST|GET /echo…   200: method, target, authority, body, one per line
//   POST /queued…     Queued, until the test calls `release`
//   GET /poll?<key>&<wait in s>   Parked
//   GET /big          200 with a body of 8 MiB
//   GET /denied       an unsigned 401        GET /throw   throws
#pragma once

#include "ingest/gate.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace drawbridge::net::test {

inline constexpr std::size_t kBigBody = 8 * 1024 * 1024;
inline constexpr std::size_t kSmallLimit = 16'384;
/// What /blocks holds its thread up for.
inline constexpr std::chrono::milliseconds kBlocked{2'600};
inline constexpr std::size_t kEventsLimit = 1'048'576;  // of /echo/events

/// Any thread. The gate made by `gate()` refers to it.
class Script {
public:
    Script();
    ~Script();

    [[nodiscard]] ingest::Gate& gate() { return *gate_; }

    /// Requests that reached `admit`, in order, by target.
    [[nodiscard]] std::vector<std::string> admitted() const;
    /// What was answered, in order: endpoint, status, address, agent.
    [[nodiscard]] std::vector<std::string> logged() const;
    [[nodiscard]] std::size_t queued() const;
    /// Answers everything queued, each with its target, from a thread of its own.
    void release();
    /// Takes the queued callbacks out unanswered.
    [[nodiscard]] std::vector<ingest::Respond> take();
    /// A new version of the lists: every parked poll has an answer.
    void publish();
    void revoke(const std::string& key);
    /// Tells the network that something changed, though nothing did.
    void notify() const;

private:
    friend class ingest::Gate;

    struct Waiting {
        std::string target;
        ingest::Respond respond;
    };

    [[nodiscard]] ingest::Admitted admit(http::Request request, ingest::Respond respond);

    mutable std::mutex mutex_;
    std::vector<std::string> admitted_;
    std::vector<std::string> logged_;
    std::vector<Waiting> waiting_;
    std::function<void()> listener_;
    std::set<std::string> revoked_;
    std::size_t version_ = 1;
    std::unique_ptr<ingest::Gate> gate_;
};

[[nodiscard]] http::Reply text_reply(unsigned status, std::string text);

}  // namespace drawbridge::net::test
