// The tables `rulings` and `ruled_pairs`: what staff say of two profiles; of single accounts
// ruled_tags.h has more. It stands above whatever
// game servers have seen or will see, for all owners, until it is undone; links.h goes by it.
#pragma once

#include "base/clock.h"
#include "store/database.h"
#include "store/journal_record.h"
#include "store/sealer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drawbridge::identity {

// The numbers are stored: never renumber.
enum class RulingKind : std::uint8_t {
    link = 1,  // one person
    unlink,    // two persons
    split,     // two persons: accounts of the first are the other's
    detach     // an account of the first is the other's; nothing of who the two are
};
[[nodiscard]] std::string_view kind_name(RulingKind kind);

struct Ruling {
    std::int64_t id = 0;
    RulingKind kind = RulingKind::link;
    std::int64_t profile = 0;
    std::int64_t other = 0;
    base::UnixMs made_at = 0;
    std::string staff;  // empty: the journal says no more than that it was ruled
    std::string reason;
    std::string identifiers;  // types of those that were taken off
    std::optional<base::UnixMs> undone_at;
};

struct RulingFilter {
    std::optional<std::int64_t> profile;
    std::optional<std::int64_t> after;  // id of the last one of the page before
    int limit = 100;
};

/// One unit of work; the thread of its connection.
class Rulings {
public:
    Rulings(store::Database& database, const store::Sealer& sealer)
        : database_(database),
          sealer_(sealer) {}

    /// Its id. No ruling on the two is in force, unless it is a detach.
    std::int64_t add(const Ruling& ruling);
    /// The one that is in force on the two, in either order.
    [[nodiscard]] std::optional<Ruling> on_pair(std::int64_t profile, std::int64_t other);
    /// One that is in force.
    void undo(const Ruling& ruling, base::UnixMs now);

    [[nodiscard]] std::optional<Ruling> load(std::int64_t id);
    /// Newest first.
    [[nodiscard]] std::vector<Ruling> find(const RulingFilter& filter);

    /// After a restore: two profiles are told apart again, or what was ruled on them is undone
    /// again, says the journal. Nothing of profiles that the backup does not know.
    void rule_again(const store::PairRuled& fact, base::UnixMs at);

private:
    std::int64_t put_in_force(const Ruling& ruling);
    void take_out_of_force(const Ruling& ruling, base::UnixMs now);
    [[nodiscard]] std::vector<Ruling> read(store::Query& query) const;

    store::Database& database_;
    const store::Sealer& sealer_;
};

}  // namespace drawbridge::identity
