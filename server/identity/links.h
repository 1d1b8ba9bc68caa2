// The table `links`: which profiles are one person's, which may be, and why; one row for each pair
// and owner whose servers have seen it. A person is a connected component of the links that stand.
#pragma once

#include "base/clock.h"
#include "identity/evidence.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
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

/// A profile that another is linked with, as one owner is to take it.
struct Neighbour {
    std::int64_t profile = 0;
    Weight score = 0;
    /// One person, by this owner's own evidence or that of two other owners.
    bool is_same_person = false;
};

/// One unit of work; the thread of its connection.
class Links {
public:
    /// The most profiles that a person is followed through.
    static constexpr std::size_t kMostProfiles = 32;

    explicit Links(store::Database& database) : database_(database) {}

    /// Writes nothing when this owner's link of the two is as strong already.
    void note(const Link& link);

    [[nodiscard]] std::vector<Neighbour> neighbours(std::int64_t profile, std::int64_t owner);
    /// All profiles of its person as this owner is to take it, itself first.
    [[nodiscard]] std::vector<std::int64_t> person_of(std::int64_t profile, std::int64_t owner);

    /// The newest first; both ends.
    [[nodiscard]] std::vector<Link> of_profile(std::int64_t profile);
    [[nodiscard]] std::vector<Link> of_ban(std::uint64_t number);

private:
    store::Database& database_;
};

}  // namespace drawbridge::identity
