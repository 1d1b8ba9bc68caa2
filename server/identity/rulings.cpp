#include "identity/rulings.h"

#include <stdexcept>

namespace drawbridge::identity {
namespace {

using store::Column;

constexpr std::string_view kFromJournal = "from the journal: by whom and why is not in this backup";

bool is_known(store::Database& database, std::int64_t profile) {
    auto query = database.query("SELECT 1 FROM profiles WHERE id = ?");
    return query.bind(profile).step();
}

/// Known before the row is there, since the cells are bound to it.
std::int64_t free_id(store::Database& database) {
    auto query = database.query("SELECT seq + 1 FROM sqlite_sequence WHERE name = 'rulings'");
    return query.step() ? query.integer(0) : 1;
}

}  // namespace

std::string_view kind_name(RulingKind kind) {
    switch (kind) {
        case RulingKind::link: return "link";
        case RulingKind::unlink: return "unlink";
        case RulingKind::split: return "split";
        case RulingKind::detach: return "detach";
    }
    return "unknown";
}

// What a restored backup must not bring back: evidence that was overruled, and a link that was
// undone. A link that is lost with the backup lets somebody in, and can be made again.
std::int64_t Rulings::add(const Ruling& ruling) {
    if (ruling.kind == RulingKind::unlink || ruling.kind == RulingKind::split) {
        store::append_journal(database_, store::PairRuled{ruling.profile, ruling.other, true});
    }
    return put_in_force(ruling);
}

void Rulings::undo(const Ruling& ruling, base::UnixMs now) {
    if (ruling.kind != RulingKind::detach) {
        store::append_journal(database_, store::PairRuled{ruling.profile, ruling.other, false});
    }
    take_out_of_force(ruling, now);
}

std::int64_t Rulings::put_in_force(const Ruling& ruling) {
    const auto id = free_id(database_);
    const auto seal = [&](Column column, std::string_view text) {
        return sealer_.seal(column, store::row_id(id), store::as_bytes(text));
    };
    const auto staff = seal(Column::ruling_staff, ruling.staff);
    const auto reason = seal(Column::ruling_reason, ruling.reason);
    database_
        .query(
            "INSERT INTO rulings(id, kind, profile_id, other_id, made_at, staff, reason, "
            "identifiers) VALUES(?,?,?,?,?,?,?,?)"
        )
        .bind(id)
        .bind(static_cast<std::int64_t>(ruling.kind))
        .bind(ruling.profile)
        .bind(ruling.other)
        .bind(ruling.made_at)
        .bind(store::ByteView(staff))
        .bind(store::ByteView(reason))
        .bind(std::string_view(ruling.identifiers))
        .run();
    if (ruling.kind == RulingKind::detach) return id;
    database_
        .query(
            "INSERT INTO ruled_pairs(profile_id, other_id, is_one_person, ruling_id) "
            "VALUES(?1, ?2, ?3, ?4), (?2, ?1, ?3, ?4)"
        )
        .bind(ruling.profile)
        .bind(ruling.other)
        .bind(std::int64_t{ruling.kind == RulingKind::link ? 1 : 0})
        .bind(id)
        .run();
    return id;
}

void Rulings::take_out_of_force(const Ruling& ruling, base::UnixMs now) {
    database_.query("DELETE FROM ruled_pairs WHERE ruling_id = ?").bind(ruling.id).run();
    database_.query("UPDATE rulings SET undone_at = ? WHERE id = ?")
        .bind(now)
        .bind(ruling.id)
        .run();
}

std::optional<Ruling> Rulings::on_pair(std::int64_t profile, std::int64_t other) {
    std::int64_t id = 0;
    {
        auto query = database_.query(
            "SELECT ruling_id FROM ruled_pairs WHERE profile_id = ? AND other_id = ?"
        );
        if (!query.bind(profile).bind(other).step()) return std::nullopt;
        id = query.integer(0);
    }
    return load(id);
}

std::optional<Ruling> Rulings::load(std::int64_t id) {
    auto query = database_.query(
        "SELECT id, kind, profile_id, other_id, made_at, staff, reason, identifiers, undone_at "
        "FROM rulings "
        "WHERE id = ?"
    );
    query.bind(id);
    auto found = read(query);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<Ruling> Rulings::find(const RulingFilter& filter) {
    auto query = database_.query(
        "SELECT id, kind, profile_id, other_id, made_at, staff, reason, identifiers, undone_at "
        "FROM rulings "
        "WHERE (?1 IS NULL OR profile_id = ?1 OR other_id = ?1) AND (?2 IS NULL OR id < ?2) "
        "ORDER BY id DESC LIMIT ?3"
    );
    query.bind(filter.profile).bind(filter.after).bind(std::int64_t{filter.limit});
    return read(query);
}

std::vector<Ruling> Rulings::read(store::Query& query) const {
    std::vector<Ruling> found;
    while (query.step()) {
        Ruling ruling;
        ruling.id = query.integer(0);
        const auto open = [&](Column column, store::ByteView cell) -> std::string {
            const auto plain = sealer_.open(column, store::row_id(ruling.id), cell);
            if (!plain) throw std::runtime_error("a ruling cannot be opened: altered");
            return {plain->begin(), plain->end()};
        };
        ruling.kind = static_cast<RulingKind>(query.integer(1));
        ruling.profile = query.integer(2);
        ruling.other = query.integer(3);
        ruling.made_at = query.integer(4);
        ruling.staff = open(Column::ruling_staff, query.blob_view(5));
        ruling.reason = open(Column::ruling_reason, query.blob_view(6));
        ruling.identifiers = query.text(7);
        ruling.undone_at = query.optional_integer(8);
        found.push_back(std::move(ruling));
    }
    return found;
}

void Rulings::rule_again(const store::PairRuled& fact, base::UnixMs at) {
    if (!is_known(database_, fact.profile) || !is_known(database_, fact.other)) return;
    if (const auto standing = on_pair(fact.profile, fact.other)) {
        if (fact.is_apart && standing->kind != RulingKind::link) return;
        take_out_of_force(*standing, at);
    }
    if (!fact.is_apart) return;
    Ruling ruling;
    ruling.kind = RulingKind::unlink;
    ruling.profile = fact.profile;
    ruling.other = fact.other;
    ruling.made_at = at;
    ruling.reason = kFromJournal;
    (void)put_in_force(ruling);
}

}  // namespace drawbridge::identity
