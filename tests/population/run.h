// A world driven through the engine.
#pragma once

#include "population/score.h"

#include <functional>

namespace drawbridge::population {

/// `progress` (may be null) is told the share that is done, now and then.
[[nodiscard]] Report run(const Settings& settings, const std::function<void(double)>& progress);

}  // namespace drawbridge::population
