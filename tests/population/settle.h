// Fills a world with people in their circumstances.
#pragma once

#include "population/habits.h"
#include "population/person.h"

namespace drawbridge::population {

/// Every kind has at least one group, however few persons there are.
[[nodiscard]] Population settle(const Settings& settings, const Habits& habits);

}  // namespace drawbridge::population
