// Made-up players for histories: accounts and machines that some share, some change and some bring
// back under a new licence.
#pragma once

#include "bans/reference_claims.h"
#include "population/random.h"

#include <string>
#include <vector>

namespace drawbridge::test {

struct Persona {
    std::vector<Named> accounts;  // each type once, never empty
    int machine = 0;
};

class Personas {
public:
    explicit Personas(population::Random& random);

    [[nodiscard]] const Persona& any() { return random_.pick(all_); }

    /// Somebody who was there before, with a new licence, on the old machine or with an old
    /// account.
    [[nodiscard]] Persona anew();
    /// Some of the accounts, at least one.
    [[nodiscard]] std::vector<Named> some_accounts(const Persona& persona);

private:
    [[nodiscard]] Persona make();

    population::Random& random_;
    int licenses_ = 0;
    std::vector<Persona> all_;
};

/// Tokens of a machine are another owner's others.
[[nodiscard]] std::vector<Named> tokens_of(const Persona& persona, int owner);

[[nodiscard]] std::string describe(const std::vector<Named>& named);

/// As game servers write a player: accounts and tokens.
[[nodiscard]] std::string print_player(const std::vector<Named>& named);

}  // namespace drawbridge::test
