// What other thresholds of the evidence would have done, each join judged by itself: whom they let
// in would have gone on playing, which is not followed up.
#pragma once

#include "population/happening.h"

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace drawbridge::population {

struct SweepRow {
    std::string what;
    double precision = 1;
    double recall = 1;
    double recall_once = 1;
    bool is_default = false;
};

/// What a refusal of this join is.
enum class Verity : std::uint8_t { right, wrong, neither };

class Sweep {
public:
    explicit Sweep(std::size_t persons) : persons_(persons) {}

    void saw(const Happening& join, const Answer& answer, Verity refusal);
    [[nodiscard]] std::vector<SweepRow> rows() const;

private:
    /// Tenths of a bit.
    struct Evidence {
        int total = 0;
        bool by_machine = false;  // alone
    };

    /// The most of several joins.
    struct Most {
        int any = 0;
        int without_machine = 0;

        void take(const Evidence& evidence);
        [[nodiscard]] bool reaches(int threshold, bool machine_counts) const;
    };

    struct Person {
        Most right;
        Most wrong;
    };

    /// Evaders who reused something; whom of them the threshold finds at each comeback, at one.
    struct Found {
        std::size_t evaders = 0;
        std::size_t each = 0;
        std::size_t once = 0;
    };

    [[nodiscard]] Found found(int threshold, bool machine_counts) const;
    [[nodiscard]] Evidence evidence_of(const Happening& join, const Answer& answer);
    [[nodiscard]] SweepRow row(std::string what, int threshold, bool machine_counts) const;

    std::vector<Person> persons_;
    std::unordered_map<std::uint64_t, Most> comebacks_;   // that reused something, by person
    std::unordered_map<std::uint64_t, Evidence> struck_;  // that had a licence banned
};

}  // namespace drawbridge::population
