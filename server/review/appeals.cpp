#include "review/appeals.h"

#include "bans/ban_states.h"
#include "store/columns.h"

#include <stdexcept>

namespace drawbridge::review {
namespace {

/// Known before the row is there, since its cells are bound to it. Of an appeal never one that was
/// deleted: players were told it.
std::int64_t next_id(store::Query query) {
    return query.step() && !query.is_null(0) ? query.integer(0) : 1;
}

std::optional<AppealError> not_appealable(store::Database& database, std::int64_t ban) {
    {
        auto query = database.query("SELECT state FROM bans WHERE number = ?");
        if (!query.bind(ban).step()) return AppealError::unknown_ban;
        const auto state = static_cast<bans::BanState>(query.integer(0));
        if (!bans::is_standing(state)) return AppealError::ban_is_over;
    }
    auto query = database.query("SELECT 1 FROM appeals WHERE ban_number = ? AND state = 1");
    if (query.bind(ban).step()) return AppealError::open_already;
    return std::nullopt;
}

}  // namespace

std::string_view state_name(AppealState state) {
    switch (state) {
        case AppealState::open: return "open";
        case AppealState::upheld: return "upheld";
        case AppealState::lifted: return "lifted";
        case AppealState::moot: return "moot";
    }
    return "unknown";
}

std::string_view kind_name(MessageKind kind) {
    switch (kind) {
        case MessageKind::by_player: return "player";
        case MessageKind::by_staff: return "staff";
        case MessageKind::decision: return "decision";
    }
    return "unknown";
}

std::variant<std::int64_t, AppealError> Appeals::open(const NewAppeal& appeal, const Words& words) {
    const auto ban = static_cast<std::int64_t>(appeal.ban);
    if (const auto error = not_appealable(database_, ban)) return *error;
    const auto id =
        next_id(database_.query("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'appeals'"));
    std::optional<store::Bytes> contact;
    if (!appeal.contact.empty()) {
        contact = sealer_.seal(
            store::Column::appeal_contact,
            store::row_id(id),
            store::as_bytes(appeal.contact)
        );
    }
    database_
        .query(
            "INSERT INTO appeals(id, ban_number, state, opened_at, due_at, contact) "
            "VALUES(?, ?, 1, ?, ?, ?)"
        )
        .bind(id)
        .bind(ban)
        .bind(words.now)
        .bind(appeal.due_at)
        .bind(contact)
        .run();
    append(id, words);
    return id;
}

std::optional<AppealError> Appeals::reply(std::int64_t id, const Words& words) {
    if (const auto error = not_open(id)) return error;
    append(id, words);
    return std::nullopt;
}

std::optional<AppealError>
Appeals::decide(std::int64_t id, AppealState outcome, const Words& words) {
    if (const auto error = not_open(id)) return error;
    database_.query("UPDATE appeals SET state = ?, decided_at = ? WHERE id = ?")
        .bind(static_cast<std::int64_t>(outcome))
        .bind(words.now)
        .bind(id)
        .run();
    append(id, words);
    return std::nullopt;
}

std::optional<AppealError> Appeals::not_open(std::int64_t id) {
    auto query = database_.query("SELECT state FROM appeals WHERE id = ?");
    if (!query.bind(id).step()) return AppealError::unknown_appeal;
    const auto state = static_cast<AppealState>(query.integer(0));
    if (state != AppealState::open) return AppealError::decided;
    return std::nullopt;
}

void Appeals::append(std::int64_t appeal, const Words& words) {
    const auto id = next_id(database_.query("SELECT max(id) + 1 FROM appeal_messages"));
    const auto seal = [&](store::Column column, std::string_view text) {
        return sealer_.seal(column, store::row_id(id), store::as_bytes(text));
    };
    const auto who = seal(store::Column::appeal_message_who, words.staff);
    const auto text = seal(store::Column::appeal_message_text, words.text);
    database_
        .query("INSERT INTO appeal_messages(id, appeal_id, at, kind, who, text) VALUES(?,?,?,?,?,?)"
        )
        .bind(id)
        .bind(appeal)
        .bind(words.now)
        .bind(static_cast<std::int64_t>(words.kind))
        .bind(store::ByteView(who))
        .bind(store::ByteView(text))
        .run();
}

std::optional<Appeal> Appeals::load(std::int64_t id) {
    auto query = database_.query(
        "SELECT ban_number, state, opened_at, due_at, decided_at, contact FROM appeals WHERE id = ?"
    );
    if (!query.bind(id).step()) return std::nullopt;
    Appeal appeal;
    appeal.id = id;
    appeal.ban = static_cast<std::uint64_t>(query.integer(0));
    appeal.state = static_cast<AppealState>(query.integer(1));
    appeal.opened_at = query.integer(2);
    appeal.due_at = query.integer(3);
    appeal.decided_at = query.optional_integer(4);
    if (!query.is_null(5)) {
        const auto plain =
            sealer_.open(store::Column::appeal_contact, store::row_id(id), query.blob_view(5));
        if (!plain) throw std::runtime_error("the contact of an appeal cannot be opened: altered");
        appeal.contact.assign(plain->begin(), plain->end());
    }
    return appeal;
}

}  // namespace drawbridge::review
