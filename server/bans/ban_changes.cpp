#include "bans/ban_changes.h"

#include "shared/ids.h"

#include <stdexcept>

namespace drawbridge::bans {
namespace {

using store::Column;

template <class Enum>
std::optional<std::int64_t> stored(std::optional<Enum> value) {
    if (!value) return std::nullopt;
    return static_cast<std::int64_t>(*value);
}

std::string
open_text(const store::Sealer& sealer, Column column, std::int64_t id, store::ByteView cell) {
    const auto plain = sealer.open(column, store::row_id(id), cell);
    if (!plain) throw std::runtime_error("a change of a ban cannot be opened: altered");
    return {plain->begin(), plain->end()};
}

/// Known before the row is there, since the cells are bound to it.
std::int64_t free_id(store::Database& database) {
    auto query = database.query("SELECT max(id) + 1 FROM ban_changes");
    return query.step() && !query.is_null(0) ? query.integer(0) : 1;
}

}  // namespace

void append_change(
    store::Database& database,
    const store::Sealer& sealer,
    std::uint64_t number,
    const BanChange& change
) {
    const auto id = free_id(database);
    const auto seal = [&](Column column, const std::string& text) -> std::optional<store::Bytes> {
        if (text.empty()) return std::nullopt;
        return sealer.seal(column, store::row_id(id), as_bytes(text));
    };
    const auto who = seal(Column::ban_change_who, change.who);
    const auto reason = seal(Column::ban_change_reason, change.reason);
    auto query = database.query(
        "INSERT INTO ban_changes(id, ban_number, at, action, from_state, to_state, actor, who, "
        "reason) VALUES(?,?,?,?,?,?,?,?,?)"
    );
    query.bind(id)
        .bind(static_cast<std::int64_t>(number))
        .bind(change.at)
        .bind(stored(change.action))
        .bind(stored(change.from))
        .bind(static_cast<std::int64_t>(change.to))
        .bind(static_cast<std::int64_t>(change.actor));
    query.bind(who).bind(reason).run();
}

std::vector<BanChange>
changes_of(store::Database& database, const store::Sealer& sealer, std::uint64_t number) {
    auto query = database.query(
        "SELECT id, at, action, from_state, to_state, actor, who, reason FROM ban_changes "
        "WHERE ban_number = ? ORDER BY id"
    );
    query.bind(static_cast<std::int64_t>(number));
    std::vector<BanChange> changes;
    while (query.step()) {
        BanChange change;
        const auto id = query.integer(0);
        change.at = query.integer(1);
        if (!query.is_null(2)) change.action = static_cast<BanAction>(query.integer(2));
        if (!query.is_null(3)) change.from = static_cast<BanState>(query.integer(3));
        change.to = static_cast<BanState>(query.integer(4));
        change.actor = static_cast<store::ActorKind>(query.integer(5));
        if (!query.is_null(6)) {
            change.who = open_text(sealer, Column::ban_change_who, id, query.blob_view(6));
        }
        if (!query.is_null(7)) {
            change.reason = open_text(sealer, Column::ban_change_reason, id, query.blob_view(7));
        }
        changes.push_back(std::move(change));
    }
    return changes;
}

void forget_servers(store::Database& database, std::uint64_t number) {
    database
        .query("UPDATE ban_changes SET who = NULL, reason = NULL WHERE ban_number = ? AND actor = 2"
        )
        .bind(static_cast<std::int64_t>(number))
        .run();
}

}  // namespace drawbridge::bans
