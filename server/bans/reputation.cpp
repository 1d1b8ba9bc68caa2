#include "bans/reputation.h"

#include "bans/ban_states.h"
#include "store/columns.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace drawbridge::bans {
namespace {

/// What counts of one ban.
struct Outcome {
    base::UnixMs placed_at = 0;
    bool is_standing = false;
    bool is_approved = false;
    bool is_rejected = false;
    bool is_overturned = false;
};

// Columns 0 to 4 of each query below: created_at, state, adopted, rejected, overturned. Only one
// that was lifted can have been overturned (12), so that few histories are looked at.
Outcome read_outcome(const store::Query& query) {
    Outcome outcome;
    outcome.placed_at = query.integer(0);
    outcome.is_standing = is_standing(static_cast<BanState>(query.integer(1)));
    outcome.is_approved = query.integer(2) != 0;
    outcome.is_rejected = !outcome.is_approved && query.integer(3) != 0;
    outcome.is_overturned = query.integer(4) != 0;
    return outcome;
}

void count(Tally& tally, const Outcome& outcome) {
    ++tally.bans;
    tally.standing += outcome.is_standing ? 1 : 0;
    tally.approved += outcome.is_approved ? 1 : 0;
    tally.rejected += outcome.is_rejected ? 1 : 0;
    tally.overturned += outcome.is_overturned ? 1 : 0;
}

void count(Reputation& reputation, const Outcome& outcome, base::UnixMs now) {
    count(reputation.all, outcome);
    if (now - outcome.placed_at < kRecentMs) count(reputation.recent, outcome);
}

std::string open_text(
    const store::Sealer& sealer,
    store::Column column,
    std::int64_t row,
    store::ByteView cell
) {
    const auto plain = sealer.open(column, store::row_id(row), cell);
    if (!plain) throw std::runtime_error("a text of a ban cannot be opened: altered");
    return {plain->begin(), plain->end()};
}

std::vector<Named> by_number_of_bans(const std::map<std::string, Reputation>& issuers) {
    std::vector<Named> sorted;
    sorted.reserve(issuers.size());
    for (const auto& [name, reputation] : issuers) {
        sorted.push_back({name, reputation});
    }
    std::ranges::stable_sort(sorted, std::ranges::greater(), [](const Named& named) {
        return named.reputation.all.bans;
    });
    return sorted;
}

}  // namespace

ServerReputation reputation_of_server(
    store::Database& database,
    const store::Sealer& sealer,
    std::int64_t server,
    base::UnixMs now
) {
    auto query = database.query(
        "SELECT created_at, state, adopted, "
        "state = 5 OR EXISTS (SELECT 1 FROM ban_changes WHERE ban_number = number AND action = 4), "
        "state = 6 AND EXISTS (SELECT 1 FROM ban_changes WHERE ban_number = number AND action = "
        "12), number, issuer FROM bans WHERE server_id = ? AND follows IS NULL"
    );
    query.bind(server);
    ServerReputation found;
    std::map<std::string, Reputation> issuers;
    while (query.step()) {
        const auto outcome = read_outcome(query);
        count(found.server, outcome, now);
        const auto issuer = query.is_null(6) ? std::string()
                                             : open_text(
                                                   sealer,
                                                   store::Column::ban_issuer,
                                                   query.integer(5),
                                                   query.blob_view(6)
                                               );
        count(issuers[issuer], outcome, now);
    }
    found.issuers = by_number_of_bans(issuers);
    return found;
}

std::map<std::int64_t, Reputation>
reputation_of_servers(store::Database& database, base::UnixMs now) {
    auto query = database.query(
        "SELECT created_at, state, adopted, "
        "state = 5 OR EXISTS (SELECT 1 FROM ban_changes WHERE ban_number = number AND action = 4), "
        "state = 6 AND EXISTS (SELECT 1 FROM ban_changes WHERE ban_number = number AND action = "
        "12), server_id FROM bans WHERE server_id IS NOT NULL AND follows IS NULL"
    );
    std::map<std::int64_t, Reputation> found;
    while (query.step()) {
        count(found[query.integer(5)], read_outcome(query), now);
    }
    return found;
}

std::map<std::string, Reputation>
reputation_of_staff(store::Database& database, const store::Sealer& sealer, base::UnixMs now) {
    // actor 3: staff; no action: placed by them; 1 to 3: approve, submit, confirm.
    auto query = database.query(
        "SELECT b.created_at, b.state, c.action IS NOT NULL, 0, "
        "b.state = 6 AND EXISTS (SELECT 1 FROM ban_changes WHERE ban_number = b.number AND action "
        "= 12), b.number, c.id, c.who FROM ban_changes c JOIN bans b ON b.number = c.ban_number "
        "WHERE c.actor = 3 AND (c.from_state IS NULL OR c.action IN (1, 2, 3)) ORDER BY c.id"
    );
    std::map<std::string, Reputation> found;
    std::set<std::pair<std::string, std::int64_t>> counted;  // whoever submits may approve later
    while (query.step()) {
        const auto name = query.is_null(7) ? std::string()
                                           : open_text(
                                                 sealer,
                                                 store::Column::ban_change_who,
                                                 query.integer(6),
                                                 query.blob_view(7)
                                             );
        if (!counted.emplace(name, query.integer(5)).second) continue;
        count(found[name], read_outcome(query), now);
    }
    return found;
}

}  // namespace drawbridge::bans
