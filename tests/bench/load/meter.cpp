#include "bench/load/meter.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace drawbridge::bench {

void Meter::measure(Clock::time_point from, Clock::time_point to) {
    from_ = from;
    to_ = to;
}

void Meter::acknowledged(
    const std::vector<Uuid>& ids,
    Clock::time_point sent,
    Clock::time_point now
) {
    acknowledged_.insert(acknowledged_.end(), ids.begin(), ids.end());
    all_requests_++;
    if (now < from_ || now >= to_) return;
    requests_++;
    events_ += ids.size();
    latencies_ms_.push_back(std::chrono::duration<float, std::milli>(now - sent).count());
}

double Meter::latency_ms(double share) const {
    if (latencies_ms_.empty()) return 0;
    auto sorted = latencies_ms_;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
    std::nth_element(
        sorted.begin(),
        sorted.begin() + static_cast<std::ptrdiff_t>(at),
        sorted.end()
    );
    return static_cast<double>(sorted[at]);
}

std::string Meter::report() const {
    const auto seconds = std::chrono::duration<double>(to_ - from_).count();
    return fmt::format(
        R"({{"seconds":{:.3f},"requests":{},"events":{},"all_requests":{},"all_events":{},"p50_ms":{:.3f},)"
        R"("p99_ms":{:.3f}}})",
        seconds,
        requests_,
        events_,
        all_requests_,
        acknowledged_.size(),
        latency_ms(0.5),
        latency_ms(0.99)
    );
}

void Meter::append_ids(const std::string& file) const {
    std::ofstream out(file, std::ios::binary | std::ios::app);
    for (const auto& id : acknowledged_) {
        out.write(
            reinterpret_cast<const char*>(id.data()),
            static_cast<std::streamsize>(id.size())
        );
    }
    if (!out.flush()) throw std::runtime_error("cannot write " + file);
}

}  // namespace drawbridge::bench
