// All bans of a world with the truth about them: deserved, mistaken or made up.
#pragma once

#include "population/happening.h"
#include "population/landscape.h"

#include <span>
#include <unordered_map>
#include <vector>

namespace drawbridge::population {

enum class Motive : std::uint8_t { deserved, mistake, malice };

struct BanRecord {
    PersonId person = kNobody;  // whom it means
    Motive motive = Motive::deserved;
    std::uint32_t server = 0;
    Presentation target;
    Time placed = 0;
    Time on_network = kNever;  // in force everywhere from here on
    Time ends = kNever;        // expires or was lifted
};

class Ledger {
public:
    explicit Ledger(const Landscape& landscape) : landscape_(landscape) {}

    std::uint32_t add(const BanRecord& ban);

    [[nodiscard]] BanRecord& at(std::uint32_t ban) { return bans_[ban]; }

    [[nodiscard]] const BanRecord& at(std::uint32_t ban) const { return bans_[ban]; }

    [[nodiscard]] std::size_t size() const { return bans_.size(); }

    [[nodiscard]] std::span<const std::uint32_t> of_person(PersonId person) const;

    /// Of what the join shows; `comeback` and `how` are the caller's to fill in.
    [[nodiscard]] Truth judge(const Happening& join) const;

private:
    [[nodiscard]] bool is_in_force(const BanRecord& ban, const Happening& join) const;
    [[nodiscard]] Reuse reuse_of(const BanRecord& ban, const Happening& join) const;
    void judge_names(const Happening& join, Truth& truth) const;

    const Landscape& landscape_;
    std::vector<BanRecord> bans_;
    std::unordered_map<PersonId, std::vector<std::uint32_t>> by_person_;
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_account_;
};

}  // namespace drawbridge::population
