// How often somebody plays, where and when.
#pragma once

#include "population/landscape.h"
#include "population/person.h"

namespace drawbridge::population {

class Habits {
public:
    Habits(const Settings& settings, const Landscape& landscape);

    /// Rate, first connection and favourite servers.
    void give(Person& person, Random& random) const;
    /// The connection after `after`; evenings see more of them than mornings.
    [[nodiscard]] static Time next_join(const Person& person, Time after, Random& random);
    [[nodiscard]] static std::uint32_t choose_server(const Person& person, Random& random);

private:
    const Settings settings_;
    const Landscape& landscape_;
    const Weighted popular_;
};

}  // namespace drawbridge::population
