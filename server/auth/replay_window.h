// Replay protection of one key: the open epoch and the counters seen in it (docs/protocol.md §4).
// The bitmap is RFC 6479's: a ring of words, so that moving the window clears words, not bits.
#pragma once

#include "base/clock.h"
#include "base/outcome.h"
#include "shared/limits.h"

#include <array>
#include <cstdint>

namespace drawbridge::auth {

/// The last 8,192 counters below and including the highest. One thread at a time.
class CounterWindow {
public:
    static constexpr std::uint64_t kSpan = kReplayWindow;

    /// Check and set in one step. False: seen before, or behind the window. `counter` ≥ 1.
    [[nodiscard]] bool admit(std::uint64_t counter);
    void reset();

private:
    static constexpr std::uint64_t kWordBits = 64;
    // One word more than the span, so that a partly moved-out word never hides a live counter.
    static constexpr std::uint64_t kWords = kSpan / kWordBits + 1;

    std::uint64_t highest_ = 0;
    std::array<std::uint64_t, kWords> words_{};
};

/// What a nonce's check came to. `commit_epoch`: the epoch is open in memory but not yet durable,
/// so this request's answer must wait for a commit that records it.
struct ReplayVerdict {
    base::Outcome outcome;
    bool commit_epoch = false;
    std::uint64_t highest_epoch = 0;
};

/// Epochs of one key. One thread at a time (held under the key's lock).
class ReplayState {
public:
    /// After a start: `highest_epoch` is what the database remembers, and it is closed.
    explicit ReplayState(std::uint64_t highest_epoch = 0) : highest_epoch_(highest_epoch) {}

    [[nodiscard]] ReplayVerdict admit(std::uint64_t epoch, std::uint64_t counter, base::UnixMs now);
    /// `epoch` has been committed.
    void made_durable(std::uint64_t epoch);

private:
    std::uint64_t highest_epoch_;
    std::uint64_t durable_epoch_ = 0;
    bool open_ = false;
    CounterWindow window_;
};

}  // namespace drawbridge::auth
