// What came of the requests: counts and latencies of the measured time, and the ids of every event
// that was acknowledged at any time.
#pragma once

#include "shared/ids.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace drawbridge::bench {

using Clock = std::chrono::steady_clock;

class Meter {
public:
    /// What is answered from `from` to `to` counts.
    void measure(Clock::time_point from, Clock::time_point to);

    void acknowledged(const std::vector<Uuid>& ids, Clock::time_point sent, Clock::time_point now);

    [[nodiscard]] std::size_t all_events() const { return acknowledged_.size(); }

    /// One JSON object.
    [[nodiscard]] std::string report() const;
    /// Appends the ids, 16 bytes each.
    void append_ids(const std::string& file) const;

private:
    [[nodiscard]] double latency_ms(double share) const;

    Clock::time_point from_{};
    Clock::time_point to_{};
    std::size_t requests_ = 0;
    std::size_t all_requests_ = 0;
    std::size_t events_ = 0;
    std::vector<float> latencies_ms_;
    std::vector<Uuid> acknowledged_;
};

}  // namespace drawbridge::bench
