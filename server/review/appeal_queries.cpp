#include "review/appeal_queries.h"

#include "bans/ban_changes.h"
#include "store/columns.h"

#include <stdexcept>

namespace drawbridge::review {
namespace {

std::vector<std::int64_t> ids_of(store::Query& query) {
    std::vector<std::int64_t> ids;
    while (query.step()) {
        ids.push_back(query.integer(0));
    }
    return ids;
}

/// Placed, or one of the steps that put it on the network.
bool is_for_it(const bans::BanChange& change) {
    if (!change.action) return true;
    return change.action == bans::BanAction::approve || change.action == bans::BanAction::submit ||
           change.action == bans::BanAction::confirm;
}

}  // namespace

std::vector<std::int64_t> find_appeals(store::Database& database, const AppealFilter& filter) {
    auto query = database.query(
        "SELECT id FROM appeals WHERE (?1 OR state = 1) AND (?2 IS NULL OR id > ?2) "
        "ORDER BY id LIMIT ?3"
    );
    query.bind(std::int64_t{filter.and_closed ? 1 : 0})
        .bind(filter.after)
        .bind(std::int64_t{filter.limit});
    return ids_of(query);
}

std::vector<std::int64_t> appeals_of(store::Database& database, std::uint64_t ban) {
    auto query = database.query("SELECT id FROM appeals WHERE ban_number = ? ORDER BY id");
    query.bind(static_cast<std::int64_t>(ban));
    return ids_of(query);
}

std::vector<Message>
messages_of(store::Database& database, const store::Sealer& sealer, std::int64_t appeal) {
    auto query = database.query(
        "SELECT id, at, kind, who, text FROM appeal_messages WHERE appeal_id = ? ORDER BY id"
    );
    query.bind(appeal);
    std::vector<Message> messages;
    while (query.step()) {
        const auto id = query.integer(0);
        const auto open = [&](store::Column column, int index) {
            const auto plain = sealer.open(column, store::row_id(id), query.blob_view(index));
            if (!plain) throw std::runtime_error("a text of an appeal was altered");
            return std::string(plain->begin(), plain->end());
        };
        messages.push_back(
            {query.integer(1),
             static_cast<MessageKind>(query.integer(2)),
             open(store::Column::appeal_message_who, 3),
             open(store::Column::appeal_message_text, 4)}
        );
    }
    return messages;
}

std::vector<std::string>
responsible_for(store::Database& database, const store::Sealer& sealer, std::uint64_t ban) {
    std::vector<std::string> names;
    for (const auto& change : bans::changes_of(database, sealer, ban)) {
        if (change.actor == store::ActorKind::admin && is_for_it(change)) {
            names.push_back(change.who);
        }
    }
    return names;
}

AppealCounts count_appeals(store::Database& database, base::UnixMs now) {
    auto query =
        database.query("SELECT count(*), coalesce(sum(due_at < ?), 0) FROM appeals WHERE state = 1"
        );
    if (!query.bind(now).step()) return {};
    return {query.integer(0), query.integer(1)};
}

}  // namespace drawbridge::review
