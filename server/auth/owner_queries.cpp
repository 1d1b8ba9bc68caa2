#include "auth/owner_queries.h"

#include "auth/owners.h"

#include <algorithm>

namespace drawbridge::auth {

std::optional<OwnerRecord> load_owner(
    store::Database& database,
    const store::Sealer& sealer,
    std::int64_t owner,
    base::UnixMs now
) {
    OwnerRecord record;
    {
        auto query = database.query(
            "SELECT o.public_id, o.trust, o.created_at, o.heard_at, o.limited_at, count(s.id), "
            "count(s.id) FILTER (WHERE s.suspended <> 0), count(s.breaker_at), "
            "coalesce(sum(s.budget_used) FILTER (WHERE s.budget_day = ?2), 0), "
            "o.persons_limited_at FROM owners o "
            "LEFT JOIN servers s ON s.owner_id = o.id WHERE o.id = ?1 GROUP BY o.id"
        );
        if (!query.bind(owner).bind(now / base::kDayMs).step()) return std::nullopt;
        record.row = owner;
        record.id = query.text(0);
        record.trust = static_cast<Trust>(query.integer(1));
        record.created_at = query.integer(2);
        record.heard_at = query.optional_integer(3);
        record.limited_at = query.optional_integer(4);
        record.servers = query.integer(5);
        record.suspended = query.integer(6);
        record.breaker = query.integer(7);
        record.persons_today = query.integer(8);
        record.persons_limited_at = query.optional_integer(9);
    }
    Owners owners(database, sealer);
    record.name = owners.name(owner);
    record.contact = owners.contact(owner);
    return record;
}

std::vector<OwnerRecord>
list_owners(store::Database& database, const store::Sealer& sealer, base::UnixMs now) {
    std::vector<std::int64_t> rows;
    {
        auto query = database.query("SELECT id FROM owners");
        while (query.step()) {
            rows.push_back(query.integer(0));
        }
    }
    std::vector<OwnerRecord> records;
    for (const auto row : rows) {
        if (auto record = load_owner(database, sealer, row, now)) {
            records.push_back(*std::move(record));
        }
    }
    std::ranges::sort(records, {}, &OwnerRecord::name);
    return records;
}

OwnerCounts count_owners(store::Database& database, base::UnixMs now) {
    auto query = database.query(
        "SELECT count(*), count(*) FILTER (WHERE trust = 1), "
        "count(*) FILTER (WHERE limited_at > ?1), "
        "count(*) FILTER (WHERE persons_limited_at > ?1) FROM owners"
    );
    if (!query.bind(now - base::kDayMs).step()) return {};
    return {query.integer(0), query.integer(1), query.integer(2), query.integer(3)};
}

}  // namespace drawbridge::auth
