// What evaders do to come back.
#pragma once

#include "population/happening.h"
#include "population/person.h"

#include <vector>

namespace drawbridge::population {

/// A way to come back, by how common it is.
[[nodiscard]] Comeback choose_comeback(Random& random);

/// Changes accounts, machine and line as `how` says. `disguises` counts how often each machine has
/// changed what it pretends to be.
void come_back(
    Comeback how,
    Person& person,
    Population& population,
    std::vector<std::uint32_t>& disguises,
    Random& random
);

}  // namespace drawbridge::population
