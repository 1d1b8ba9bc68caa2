#include "auth/replay_window.h"

#include <algorithm>

namespace drawbridge::auth {

bool CounterWindow::admit(std::uint64_t counter) {
    if (counter == 0 || counter + kSpan <= highest_) return false;
    const auto word = counter / kWordBits;
    if (counter > highest_) {
        const auto stale = std::min(word - highest_ / kWordBits, kWords);
        for (std::uint64_t step = 0; step < stale; ++step) {
            words_[(word - step) % kWords] = 0;
        }
        highest_ = counter;
    }
    const auto bit = std::uint64_t{1} << (counter % kWordBits);
    auto& held = words_[word % kWords];
    if ((held & bit) != 0) return false;
    held |= bit;
    return true;
}

void CounterWindow::reset() {
    highest_ = 0;
    words_.fill(0);
}

ReplayVerdict ReplayState::admit(std::uint64_t epoch, std::uint64_t counter, base::UnixMs now) {
    using base::Outcome;
    const bool opens = epoch > highest_epoch_;
    // Of the highest too: when our clock jumped back, a sender must still get above it.
    const auto from = std::max(static_cast<std::uint64_t>(now), highest_epoch_);
    if (opens && epoch > from + kMaxEpochAheadMs) {
        return {Outcome::epoch_ahead, false, highest_epoch_};
    }
    if (!opens && !(open_ && epoch == highest_epoch_)) {
        return {Outcome::stale_epoch, false, highest_epoch_};
    }
    if (opens) {
        window_.reset();
        highest_epoch_ = epoch;
        open_ = true;
    }
    if (!window_.admit(counter)) return {Outcome::replayed, false, highest_epoch_};
    return {Outcome::accepted, durable_epoch_ != epoch, highest_epoch_};
}

void ReplayState::made_durable(std::uint64_t epoch) {
    durable_epoch_ = std::max(durable_epoch_, epoch);
}

}  // namespace drawbridge::auth
