// How requests and events ended, for `status` and metrics. Any thread.
#pragma once

#include "base/outcome.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace drawbridge::ingest {

class Counters {
public:
    void count(base::Outcome outcome) { bump(requests_[static_cast<std::size_t>(outcome)]); }

    void count(base::EventOutcome outcome) { bump(events_[static_cast<std::size_t>(outcome)]); }

    [[nodiscard]] std::uint64_t of(base::Outcome outcome) const {
        return requests_[static_cast<std::size_t>(outcome)].load(std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t of(base::EventOutcome outcome) const {
        return events_[static_cast<std::size_t>(outcome)].load(std::memory_order_relaxed);
    }

private:
    static void bump(std::atomic<std::uint64_t>& counter) {
        counter.fetch_add(1, std::memory_order_relaxed);
    }

    std::array<std::atomic<std::uint64_t>, base::kOutcomeCount> requests_{};
    std::array<std::atomic<std::uint64_t>, base::kEventOutcomeCount> events_{};
};

}  // namespace drawbridge::ingest
