// What hostile owners invent: joins that never were and bans nobody deserved, made from what they
// know, which is who played on their servers and what anybody can read in public.
#pragma once

#include "population/happening.h"
#include "population/landscape.h"
#include "population/ledger.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace drawbridge::population {

class Schemes {
public:
    Schemes(const Settings& settings, const Landscape& landscape);

    /// One of a hostile owner's servers saw this join.
    void saw(const Happening& join, const Answer& answer);

    struct Moment {
        Time at;
        std::uint32_t owner;
    };

    /// When which owner acts.
    [[nodiscard]] const std::vector<Moment>& moments() const { return moments_; }

    struct Plot {
        std::vector<Happening> steps;  // a ban's target and whom it means are in the happening
        PersonId framed = kNobody;     // linked to somebody else
        PersonId accused = kNobody;    // banned by name
    };

    /// The owner's next plot; no steps when they know too little for it.
    [[nodiscard]] Plot
    next(const Moment& moment, const Population& population, const Ledger& ledger);

private:
    struct Seen {
        PersonId person;
        Presentation shown;
        std::uint32_t server;
    };

    struct Knowledge {
        std::vector<Seen> players;        // allowed in, the latest few hundred
        std::vector<Seen> cheaters;       // refused here for a ban of anybody's
        std::vector<std::uint32_t> bans;  // whose codes the refusals showed
        std::uint32_t plots = 0;
    };

    [[nodiscard]] std::optional<Seen> victim(const Knowledge& known, const Population& population);
    [[nodiscard]] Seen cheater(const Knowledge& known, std::uint32_t owner);
    [[nodiscard]] Happening invented(const Seen& as, Time at, std::uint32_t server) const;
    void link_known(Plot& plot, const Seen& victim, const Seen& cheater, Time at);
    void link_unknown(Plot& plot, const Population& population, const Seen& cheater, Time at);
    void mixed_ban(Plot& plot, const Seen& victim, const Seen& cheater, Time at);
    void wash(Plot& plot, const Seen& cheater, Time at);
    void lift_foreign(
        Plot& plot,
        const Knowledge& known,
        std::uint32_t owner,
        const Ledger& ledger,
        Time at
    );

    const Landscape& landscape_;
    Random random_;
    std::unordered_map<std::uint32_t, Knowledge> by_owner_;
    std::vector<Moment> moments_;
};

}  // namespace drawbridge::population
