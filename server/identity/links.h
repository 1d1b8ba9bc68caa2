// The table `links`: which profiles are one person's, which may be, and why; one row for each pair
// and owner whose servers have seen it. What staff have ruled on a pair (rulings.h) stands above
// it. A person is a connected component of the links that stand.
#pragma once

#include "base/clock.h"
#include "identity/evidence.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace drawbridge::identity {

struct Link {
    std::int64_t profile = 0;  // the one that joined
    std::int64_t other = 0;
    std::int64_t owner = 0;
    /// ban: one person; watch: suspected.
    Conclusion conclusion = Conclusion::watch;
    Weight score = 0;
    std::string evidence;  // as print_evidence
    int rule = kEvidenceRule;
    std::optional<std::uint64_t> ban;  // that it points at
    std::optional<store::Bytes> event_id;
    base::UnixMs made_at = 0;
};

/// What two profiles are to each other, as one owner is to take it.
enum class Relation : std::uint8_t {
    suspected,
    one_person,        // by this owner's own evidence or that of two others whose word counts
    ruled_one_person,  // staff say so
    told_apart         // staff say that they are not
};

[[nodiscard]] inline bool is_one_person(Relation relation) {
    return relation == Relation::one_person || relation == Relation::ruled_one_person;
}

/// A profile that there is something to say of, beside another.
struct Neighbour {
    std::int64_t profile = 0;
    Weight score = 0;  // of the evidence of those whose word counts here
    Relation relation = Relation::suspected;
};

/// Those of them whom staff have told apart from it.
[[nodiscard]] std::vector<std::int64_t> told_apart(const std::vector<Neighbour>& neighbours);

/// One unit of work; the thread of its connection.
class Links {
public:
    /// The most profiles that a person is followed through.
    static constexpr std::size_t kMostProfiles = 32;

    explicit Links(store::Database& database) : database_(database) {}

    /// Writes nothing when this owner's link of the two is as strong already.
    void note(const Link& link);

    [[nodiscard]] std::vector<Neighbour> neighbours(std::int64_t profile, std::int64_t owner);
    /// All profiles of its person as this owner is to take it, itself first; none that was told
    /// apart from it, even where another one is both's. Owner 0: as the network takes it.
    /// `without`: of some who are none of it either, and lead to nobody.
    [[nodiscard]] std::vector<std::int64_t>
    person_of(std::int64_t profile, std::int64_t owner, std::span<const std::int64_t> without = {});
    /// The same in anybody's eyes: whoever is linked with it for one owner at least.
    [[nodiscard]] std::vector<std::int64_t> circle_of(std::int64_t profile);

    /// The newest first; both ends.
    [[nodiscard]] std::vector<Link> of_profile(std::int64_t profile);
    [[nodiscard]] std::vector<Link> of_ban(std::uint64_t number);

private:
    store::Database& database_;
};

}  // namespace drawbridge::identity
