#include "events/day_budget.h"

namespace drawbridge::events {

std::int64_t daily_budget(std::optional<std::int64_t> max_players) {
    return 200 + 24 * max_players.value_or(64);  // 200: room for a small one
}

// One statement, since it is asked for each person's first join of a day. What the server itself
// used is counted again on a day that is not the noted one, as after a jump of the clock.
std::optional<PersonLimit> DayBudget::used_up() {
    auto query = database_.query(
        "SELECT CASE WHEN s.budget_day = ?2 THEN s.budget_used ELSE "
        "(SELECT count(*) FROM budget WHERE server_id = ?1 AND day = ?2) END, "
        "s.max_players, (SELECT coalesce(sum(o.budget_used), 0) FROM servers o "
        "WHERE o.owner_id = s.owner_id AND o.id <> ?1 AND o.budget_day = ?2) "
        "FROM servers s WHERE s.id = ?1"
    );
    if (!query.bind(server_.row).bind(day()).step()) return PersonLimit{};
    const auto used = query.integer(0);
    const auto limit = daily_budget(query.optional_integer(1));
    if (used >= limit) return PersonLimit{false, limit};
    if (used + query.integer(2) >= owner_limit_) return PersonLimit{true, owner_limit_};
    return std::nullopt;
}

bool DayBudget::holds(std::int64_t profile) {
    auto query =
        database_.query("SELECT 1 FROM budget WHERE server_id = ? AND day = ? AND profile_id = ?");
    return query.bind(server_.row).bind(day()).bind(profile).step();
}

void DayBudget::spend(std::int64_t profile) {
    const auto is_new =
        database_.query("INSERT OR IGNORE INTO budget(server_id, day, profile_id) VALUES(?,?,?)")
            .bind(server_.row)
            .bind(day())
            .bind(profile)
            .run();
    if (is_new == 0) return;
    database_
        .query(
            "UPDATE servers SET budget_used = CASE WHEN budget_day = ?2 THEN budget_used + 1 ELSE "
            "(SELECT count(*) FROM budget WHERE server_id = ?1 AND day = ?2) END, budget_day = ?2 "
            "WHERE id = ?1"
        )
        .bind(server_.row)
        .bind(day())
        .run();
}

std::optional<PersonTrip> DayBudget::note(const PersonLimit& limit) {
    auto update = limit.is_owners
                      ? database_.query(
                            "UPDATE owners SET persons_limited_at = ?1 WHERE id = ?2 AND "
                            "coalesce(persons_limited_at, 0) < ?3"
                        )
                      : database_.query(
                            "UPDATE servers SET persons_limited_at = ?1 WHERE id = ?2 AND "
                            "coalesce(persons_limited_at, 0) < ?3"
                        );
    const auto row = limit.is_owners ? server_.owner_row : server_.row;
    if (update.bind(now_).bind(row).bind(day() * base::kDayMs).run() == 0) return std::nullopt;
    return PersonTrip{limit.is_owners ? server_.owner_id : server_.id, limit, now_};
}

}  // namespace drawbridge::events
