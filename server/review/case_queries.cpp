#include "review/case_queries.h"

#include "auth/owner_trust.h"
#include "store/columns.h"

#include <stdexcept>
#include <string>

namespace drawbridge::review {
namespace {

template <class Enum>
std::optional<std::int64_t> number_of(const std::optional<Enum>& value) {
    if (!value) return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

std::string open_text(
    const store::Sealer& sealer,
    store::Column column,
    std::int64_t id,
    store::ByteView cell
) {
    const auto plain = sealer.open(column, store::row_id(id), cell);
    if (!plain) {
        throw std::runtime_error("a text of case " + std::to_string(id) + " cannot be opened");
    }
    return {plain->begin(), plain->end()};
}

std::int64_t trusted_owners(store::Database& database, std::int64_t id) {
    auto query = database.query(
        "SELECT DISTINCT s.owner_id FROM case_statements c JOIN servers s ON s.id = c.server_id "
        "WHERE c.case_id = ?"
    );
    query.bind(id);
    const auth::OwnerTrust trust(database);
    std::int64_t trusted = 0;
    while (query.step()) {
        if (trust.counts(query.integer(0))) ++trusted;
    }
    return trusted;
}

}  // namespace

std::vector<std::int64_t> find_cases(store::Database& database, const CaseFilter& filter) {
    auto query = database.query(
        "SELECT id FROM cases WHERE CASE WHEN ?1 IS NULL THEN state < 3 ELSE state = ?1 END "
        "AND (?2 IS NULL OR category = ?2) AND (?5 IS NULL OR EXISTS (SELECT 1 FROM "
        "case_statements "
        "c JOIN servers s ON s.id = c.server_id WHERE c.case_id = cases.id AND s.owner_id = ?5)) "
        "AND (?3 IS NULL OR "
        "(opened_at, id) > (SELECT opened_at, id FROM cases WHERE id = ?3)) "
        "ORDER BY opened_at, id LIMIT ?4"
    );
    query.bind(number_of(filter.state))
        .bind(number_of(filter.category))
        .bind(filter.after)
        .bind(std::int64_t{filter.limit})
        .bind(filter.owner);
    std::vector<std::int64_t> ids;
    while (query.step()) {
        ids.push_back(query.integer(0));
    }
    return ids;
}

std::optional<Case>
find_case(store::Database& database, const store::Sealer& sealer, std::int64_t id) {
    auto query = database.query(
        "SELECT state, category, profile_id, opened_at, last_at, decided_at, decided_by, note, "
        "ban_number FROM cases WHERE id = ?"
    );
    if (!query.bind(id).step()) return std::nullopt;
    Case found;
    found.id = id;
    found.state = static_cast<CaseState>(query.integer(0));
    found.category = static_cast<bans::Category>(query.integer(1));
    found.profile = query.integer(2);
    found.opened_at = query.integer(3);
    found.last_at = query.integer(4);
    found.decided_at = query.optional_integer(5);
    if (found.decided_at) {
        const auto text = [&](store::Column column, int index) {
            return open_text(sealer, column, id, query.blob_view(index));
        };
        found.decided_by = text(store::Column::case_decided_by, 6);
        found.note = text(store::Column::case_note, 7);
    }
    if (const auto ban = query.optional_integer(8)) found.ban = static_cast<std::uint64_t>(*ban);
    return found;
}

Support support_of(store::Database& database, std::int64_t id) {
    auto query = database.query(
        "SELECT coalesce(sum(c.kind = 1), 0), coalesce(sum(c.kind = 2), 0), "
        "count(DISTINCT c.reporter_id), count(DISTINCT c.server_id), count(DISTINCT s.owner_id) "
        "FROM case_statements c LEFT JOIN servers s ON s.id = c.server_id WHERE c.case_id = ?"
    );
    if (!query.bind(id).step()) return {};
    return {
        query.integer(0),
        query.integer(1),
        query.integer(2),
        query.integer(3),
        query.integer(4),
        trusted_owners(database, id)};
}

std::vector<Statement> statements_of(store::Database& database, std::int64_t id) {
    auto query = database.query(
        "SELECT event_seq, server_id, kind, category, confidence, reporter_id, at "
        "FROM case_statements WHERE case_id = ? ORDER BY event_seq"
    );
    query.bind(id);
    std::vector<Statement> statements;
    while (query.step()) {
        auto& statement = statements.emplace_back();
        statement.event = query.integer(0);
        statement.server = query.integer(1);
        statement.kind = static_cast<StatementKind>(query.integer(2));
        statement.category = static_cast<bans::Category>(query.integer(3));
        statement.confidence = query.optional_integer(4);
        statement.reporter = query.optional_integer(5);
        statement.at = query.integer(6);
    }
    return statements;
}

Record record_of(store::Database& database, std::int64_t reporter) {
    auto query = database.query(
        "SELECT coalesce(sum(state = 3), 0), coalesce(sum(state = 4), 0) FROM cases WHERE id IN "
        "(SELECT case_id FROM case_statements WHERE reporter_id = ?)"
    );
    if (!query.bind(reporter).step()) return {};
    return {query.integer(0), query.integer(1)};
}

}  // namespace drawbridge::review
