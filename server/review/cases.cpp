#include "review/cases.h"

#include "review/case_queries.h"
#include "store/columns.h"

#include <array>
#include <utility>

namespace drawbridge::review {
namespace {

constexpr std::array<std::pair<CaseState, std::string_view>, 5> kStates{{
    {CaseState::open, "open"},
    {CaseState::escalated, "escalated"},
    {CaseState::approved, "approved"},
    {CaseState::rejected, "rejected"},
    {CaseState::withdrawn, "withdrawn"},
}};

bool has_at_least(store::Query& query, int count) {
    return query.step() && query.integer(0) >= count;
}

}  // namespace

std::string_view state_name(CaseState state) {
    for (const auto& [known, name] : kStates) {
        if (known == state) return name;
    }
    return "unknown";
}

std::optional<CaseState> parse_state(std::string_view name) {
    for (const auto& [state, known] : kStates) {
        if (known == name) return state;
    }
    return std::nullopt;
}

std::string_view kind_name(StatementKind kind) {
    return kind == StatementKind::report ? "report" : "detection";
}

bool Cases::take(const Statement& statement) {
    if (statement.reporter == statement.target || !is_within_limits(statement)) return false;
    auto id = standing_case(statement.target);
    if (!id) id = open_case(statement);
    database_
        .query(
            "INSERT INTO case_statements(case_id, event_seq, server_id, kind, category, "
            "confidence, reporter_id, at) VALUES(?,?,?,?,?,?,?,?)"
        )
        .bind(*id)
        .bind(statement.event)
        .bind(statement.server)
        .bind(static_cast<std::int64_t>(statement.kind))
        .bind(static_cast<std::int64_t>(statement.category))
        .bind(statement.confidence)
        .bind(statement.reporter)
        .bind(statement.at)
        .run();
    database_.query("UPDATE cases SET last_at = ? WHERE id = ?").bind(statement.at).bind(*id).run();
    return true;
}

// Full until the oldest of its last `kMostOfServerAnHour` is an hour old.
bool Cases::is_server_full(std::int64_t server, base::UnixMs at) {
    if (full_.is_full(server, at)) return true;
    if (found_full_ && found_full_->server == server && found_full_->holds(at)) return true;
    auto query = database_.query(
        "SELECT at FROM case_statements WHERE server_id = ? AND at > ? ORDER BY at DESC LIMIT 1 "
        "OFFSET ?"
    );
    query.bind(server).bind(at - base::kHourMs).bind(std::int64_t{kMostOfServerAnHour - 1});
    if (!query.step()) return false;
    found_full_ = FullServer{server, at, query.integer(0) + base::kHourMs};
    return true;
}

// Each count walks an index no further than its limit.
bool Cases::is_within_limits(const Statement& statement) {
    if (is_server_full(statement.server, statement.at)) return false;
    if (statement.reporter) {
        auto query = database_.query(
            "SELECT count(*) FROM (SELECT 1 FROM case_statements WHERE reporter_id = ? AND at > ? "
            "LIMIT ?)"
        );
        query.bind(*statement.reporter)
            .bind(statement.at - base::kHourMs)
            .bind(std::int64_t{kMostOfReporterAnHour});
        if (has_at_least(query, kMostOfReporterAnHour)) return false;
    }
    auto query = database_.query(
        "SELECT count(*) FROM (SELECT 1 FROM case_statements WHERE case_id = "
        "(SELECT id FROM cases WHERE profile_id = ? AND state < 3) LIMIT ?)"
    );
    query.bind(statement.target).bind(std::int64_t{kMostOfCase});
    return !has_at_least(query, kMostOfCase);
}

std::optional<std::int64_t> Cases::standing_case(std::int64_t profile) {
    auto query = database_.query("SELECT id FROM cases WHERE profile_id = ? AND state < 3");
    if (!query.bind(profile).step()) return std::nullopt;
    return query.integer(0);
}

std::int64_t Cases::open_case(const Statement& statement) {
    database_
        .query(
            "INSERT INTO cases(profile_id, state, category, opened_at, last_at) "
            "VALUES(?1, ?2, ?3, ?4, ?4)"
        )
        .bind(statement.target)
        .bind(static_cast<std::int64_t>(CaseState::open))
        .bind(static_cast<std::int64_t>(statement.category))
        .bind(statement.at)
        .run();
    return database_.last_insert_rowid();
}

std::variant<Case, CaseError> Cases::decide(std::int64_t id, CaseState to, const Decision& by) {
    const auto found = find_case(database_, sealer_, id);
    if (!found) return CaseError::unknown_case;
    if (is_decided(found->state)) return CaseError::decided;
    const auto who =
        sealer_.seal(store::Column::case_decided_by, store::row_id(id), store::as_bytes(by.staff));
    const auto note =
        sealer_.seal(store::Column::case_note, store::row_id(id), store::as_bytes(by.note));
    std::optional<std::int64_t> ban;
    if (by.ban) ban = static_cast<std::int64_t>(*by.ban);
    database_
        .query(
            "UPDATE cases SET state = ?, decided_at = ?, decided_by = ?, note = ?, ban_number = ? "
            "WHERE id = ?"
        )
        .bind(static_cast<std::int64_t>(to))
        .bind(by.now)
        .bind(store::ByteView(who))
        .bind(store::ByteView(note))
        .bind(ban)
        .bind(id)
        .run();
    return find_case(database_, sealer_, id).value();
}

}  // namespace drawbridge::review
