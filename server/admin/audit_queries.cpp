#include "admin/audit_queries.h"

#include <algorithm>

namespace drawbridge::admin {
namespace {

store::Query choose(store::Database& database, const AuditFilter& filter) {
    if (filter.after) {
        return database.query(
            "SELECT seq, at, actor, action, target, detail FROM audit WHERE seq > ?4 "
            "AND (?1 IS NULL OR actor = ?1) AND (?2 IS NULL OR action = ?2) "
            "AND (?3 IS NULL OR target = ?3) ORDER BY seq LIMIT ?5"
        );
    }
    return database.query(
        "SELECT seq, at, actor, action, target, detail FROM audit WHERE ?4 IS NULL "
        "AND (?1 IS NULL OR actor = ?1) AND (?2 IS NULL OR action = ?2) "
        "AND (?3 IS NULL OR target = ?3) ORDER BY seq DESC LIMIT ?5"
    );
}

// The query holds views of texts until it is done.
std::optional<std::string_view> view_of(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return *text;
}

}  // namespace

std::vector<AuditRecord> find_audit(store::Database& database, const AuditFilter& filter) {
    auto query = choose(database, filter);
    query.bind(view_of(filter.actor))
        .bind(view_of(filter.action))
        .bind(view_of(filter.target))
        .bind(filter.after)
        .bind(std::int64_t{filter.limit});
    std::vector<AuditRecord> records;
    while (query.step()) {
        records.push_back(
            {query.integer(0),
             query.integer(1),
             query.text(2),
             query.text(3),
             query.text(4),
             query.is_null(5) ? std::string() : query.text(5)}
        );
    }
    if (!filter.after) std::ranges::reverse(records);
    return records;
}

}  // namespace drawbridge::admin
