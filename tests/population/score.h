// Who was refused, and whether rightly: the counts behind the report.
#pragma once

#include "population/happening.h"
#include "population/sweep.h"
#include "population/world.h"

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace drawbridge::population {

/// The innocent of one kind.
struct InnocentRow {
    std::uint32_t persons = 0;  // that joined at all
    std::uint32_t near = 0;     // of them: somebody of the same group, or the seller or friend, was
                                // deservedly banned
    std::uint32_t refused = 0;  // wrongly, at least once
    std::uint32_t watched = 0;
    std::uint32_t named = 0;  // refused for a ban that names the licence they showed, or by the
                              // hostile owner who made them up
};

/// Comebacks of one way that had an account in common with a ban in force or, within the owner, the
/// machine.
struct ReuseRow {
    std::uint32_t comebacks = 0;
    std::uint32_t refused = 0;  // at one of those joins
    std::uint32_t watched = 0;  // never refused, but watched
    std::uint32_t joins = 0;
    std::uint32_t refused_joins = 0;
};

/// Evaders who came back one way. A comeback may count on both sides, each for itself.
struct ComebackRow {
    std::uint32_t comebacks = 0;
    ReuseRow at_owner;   // at the servers of who banned
    ReuseRow elsewhere;  // at those of others
};

struct Example {
    PersonId person = kNobody;
    std::size_t row = 0;   // of the innocents
    std::string relation;  // of the person to the one that the ban means
    Happening join;
    Answer answer;
};

struct Report {
    std::uint64_t joins = 0;
    std::uint64_t invented_joins = 0;
    std::uint32_t bans = 0;
    std::uint32_t right = 0;       // guilty persons refused
    std::uint32_t wrong = 0;       // persons refused wrongly, at least once
    std::uint32_t named = 0;       // innocents refused by name only
    std::uint32_t evaders = 0;     // came back at least once
    std::uint32_t reusing = 0;     // of them: with something in common
    std::uint32_t found = 0;       // of those: each comeback that reused something was refused
    std::uint32_t found_once = 0;  // one of these at least was
    std::uint32_t foreign_lifts = 0;
    // By Kind; then the framed, those accused by a hostile owner, those banned by mistake.
    std::array<InnocentRow, kKinds + 3> innocents{};
    std::array<std::pair<std::uint32_t, std::uint32_t>, kKinds>
        evaders_by_kind{};  // reusing, found
    std::array<ComebackRow, kComebacks> comebacks{};
    std::vector<Example> wrongly_refused;  // one of each person's
    // Of comebacks that reused something, the first such join of each.
    std::vector<Example> caught;
    std::vector<Example> missed;
    std::vector<SweepRow> thresholds;

    /// Per refused person; 1 when nobody was.
    [[nodiscard]] double precision() const;
    /// Per evader who reused something; 1 when nobody did.
    [[nodiscard]] double recall() const;
    /// The same, where one such comeback had to be refused.
    [[nodiscard]] double recall_once() const;
};

[[nodiscard]] std::string_view innocent_row_name(std::size_t row);

class Score {
public:
    explicit Score(const World& world)
        : world_(world),
          marks_(world.population().persons.size()),
          sweep_(marks_.size()) {}

    void saw(const Happening& happening, const Answer& answer);
    [[nodiscard]] Report finish() const;

private:
    struct Mark {
        bool joined = false;
        bool right = false;
        bool wrong = false;
        bool named = false;
        bool watched = false;
    };

    /// Joins that reused something, on one side.
    struct Side {
        std::uint32_t joins = 0;
        std::uint32_t refused_joins = 0;
        bool watched = false;
    };

    struct ComebackMark {
        PersonId person = kNobody;
        Comeback how = Comeback::none;
        std::array<Side, 2> sides;  // elsewhere, at the owner
        std::size_t first = 0;      // its first reusing join, in reusing_

        [[nodiscard]] bool reuses() const { return sides[0].joins + sides[1].joins != 0; }

        [[nodiscard]] bool is_found() const {
            return sides[0].refused_joins + sides[1].refused_joins != 0;
        }
    };

    [[nodiscard]] Verity verity_of(const Happening& join) const;
    void saw_comeback(const Happening& join, const Answer& answer);
    /// The engine has banned this very licence, shown by the offender.
    [[nodiscard]] bool is_struck(const Happening& join) const;
    [[nodiscard]] Example explain(const Example& example) const;
    void count_innocents(Report& report) const;
    void count_comebacks(Report& report) const;
    static void count_side(const Side& side, ReuseRow& row);

    const World& world_;
    std::vector<Mark> marks_;
    Sweep sweep_;
    std::unordered_map<std::uint64_t, ComebackMark> comebacks_;  // by person and comeback
    std::unordered_map<std::uint64_t, std::uint32_t> struck_;  // by licence: the ban followed from
    std::vector<Example> wrong_;
    std::vector<Example> reusing_;
    std::uint64_t joins_ = 0;
    std::uint64_t invented_joins_ = 0;
    std::uint32_t bans_ = 0;
};

}  // namespace drawbridge::population
