// Rate of one key: tokens refill with time, a request takes one.
#pragma once

#include "base/clock.h"

#include <algorithm>
#include <cstdint>

namespace drawbridge::auth {

struct Rate {
    double per_second = 50;
    double burst = 200;
};

/// One thread at a time (held under the key's lock).
class TokenBucket {
public:
    /// 0 when the request may go on, else how many milliseconds until one may.
    [[nodiscard]] std::int64_t take(const Rate& rate, base::UnixMs now) {
        if (last_ == 0) tokens_ = rate.burst;
        const auto passed = std::max<base::UnixMs>(0, last_ == 0 ? 0 : now - last_);
        tokens_ =
            std::min(rate.burst, tokens_ + static_cast<double>(passed) * rate.per_second / 1000);
        last_ = now;
        if (tokens_ >= 1) {
            tokens_ -= 1;
            return 0;
        }
        return static_cast<std::int64_t>((1 - tokens_) * 1000 / rate.per_second) + 1;
    }

private:
    double tokens_ = 0;
    base::UnixMs last_ = 0;
};

}  // namespace drawbridge::auth
