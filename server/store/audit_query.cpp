#include "store/audit_query.h"

#include "store/audit_link.h"

#include <algorithm>

namespace drawbridge::store {
namespace {

// About 50 ms of opening.
constexpr std::int64_t kMaxOpened = 20'000;

// The query holds views of texts until it is done.
std::optional<std::string_view> view_of(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return *text;
}

Query choose(Database& database, const AuditFilter& filter) {
    auto query =
        filter.after
            ? database.query(
                  "SELECT seq, at, actor_kind, action, texts, hash FROM audit WHERE seq > ? AND "
                  "at >= ? AND (?3 IS NULL OR at < ?3) AND (?4 IS NULL OR action = ?4) "
                  "ORDER BY seq LIMIT ?"
              )
            : database.query(
                  "SELECT seq, at, actor_kind, action, texts, hash FROM audit WHERE "
                  "(?1 IS NULL OR seq < ?1) AND "
                  "at >= ?2 AND (?3 IS NULL OR at < ?3) AND (?4 IS NULL OR action = ?4) "
                  "ORDER BY seq DESC LIMIT ?"
              );
    query.bind(filter.after ? filter.after : filter.earlier)
        .bind(filter.since.value_or(0))
        .bind(filter.until)
        .bind(view_of(filter.action))
        .bind(kMaxOpened);
    return query;
}

AuditRecord read(const Query& query, const Sealer& sealer) {
    AuditRecord record;
    record.seq = query.integer(0);
    record.at = query.integer(1);
    record.actor_kind = static_cast<ActorKind>(query.integer(2));
    record.action = query.text(3);
    const auto hash = query.blob_view(5);
    if (hash.size() == record.hash.size()) std::ranges::copy(hash, record.hash.begin());
    const auto plain = sealer.open(Column::audit_texts, row_id_of(record.seq), query.blob_view(4));
    if (auto cell = plain ? decode_cell(*plain) : std::nullopt) {
        record.texts = std::move(cell->texts);
        record.erased_by = cell->erased_by;
    }
    return record;
}

bool matches(const AuditRecord& record, const AuditFilter& filter) {
    const auto is = [&](const std::optional<std::string>& wanted, std::string AuditTexts::*text) {
        return !wanted || (record.texts && *record.texts.*text == *wanted);
    };
    return is(filter.actor, &AuditTexts::actor) && is(filter.target, &AuditTexts::target);
}

}  // namespace

AuditPage find_audit(Database& database, const Sealer& sealer, const AuditFilter& filter) {
    AuditPage page;
    const auto limit = static_cast<std::size_t>(filter.limit);
    auto query = choose(database, filter);
    std::int64_t opened = 0;
    while (page.records.size() < limit && query.step()) {
        auto record = read(query, sealer);
        ++opened;
        page.first = std::min(page.first.value_or(record.seq), record.seq);
        page.last = std::max(page.last.value_or(record.seq), record.seq);
        if (matches(record, filter)) page.records.push_back(std::move(record));
    }
    page.more = page.records.size() == limit || opened == kMaxOpened;
    if (!filter.after) std::ranges::reverse(page.records);
    return page;
}

}  // namespace drawbridge::store
