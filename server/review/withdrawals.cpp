#include "review/withdrawals.h"

namespace drawbridge::review {

std::vector<Withdrawal> find_withdrawals(store::Database& database, const bans::ServerSpan& span) {
    auto query = database.query(
        "SELECT case_id, count(*), count(*) = "
        "(SELECT count(*) FROM case_statements a WHERE a.case_id = s.case_id) "
        "FROM case_statements s WHERE server_id = ?1 AND at >= ?2 AND (?3 IS NULL OR at < ?3) "
        "AND (SELECT state FROM cases WHERE id = s.case_id) < 3 GROUP BY case_id ORDER BY case_id"
    );
    query.bind(span.server).bind(span.since).bind(span.until);
    std::vector<Withdrawal> found;
    while (query.step()) {
        found.push_back({query.integer(0), query.integer(1), query.integer(2) != 0, span});
    }
    return found;
}

void Cases::withdraw(std::span<const Withdrawal> withdrawn, const Decision& by) {
    for (const auto& withdrawal : withdrawn) {
        if (withdrawal.is_all) {
            (void)decide(withdrawal.id, CaseState::withdrawn, by);
        } else {
            take_out(withdrawal);
        }
    }
}

void Cases::take_out(const Withdrawal& withdrawal) {
    const auto& [server, since, until] = withdrawal.span;
    database_
        .query(
            "DELETE FROM case_statements WHERE case_id = ? AND server_id = ? AND at >= ? "
            "AND (?4 IS NULL OR at < ?4)"
        )
        .bind(withdrawal.id)
        .bind(server)
        .bind(since)
        .bind(until)
        .run();
    database_
        .query(
            "UPDATE cases SET last_at = "
            "(SELECT max(at) FROM case_statements WHERE case_id = cases.id) WHERE id = ?"
        )
        .bind(withdrawal.id)
        .run();
}

}  // namespace drawbridge::review
