#include "base/clock.h"

#include <chrono>

namespace drawbridge::base {

UnixMs unix_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace drawbridge::base
