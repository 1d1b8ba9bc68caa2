#include "auth/owners.h"

#include "auth/names.h"
#include "auth/random.h"

#include <stdexcept>

namespace drawbridge::auth {

using store::Column;

std::optional<std::int64_t> Owners::find(std::string_view name_or_id) {
    {
        auto query = database_.query(
            "SELECT id FROM owners WHERE public_id = ? AND id NOT IN (SELECT owner_id FROM "
            "removals WHERE finished_at IS NULL AND owner_id IS NOT NULL)"
        );
        if (query.bind(name_or_id).step()) return query.integer(0);
    }
    if (name_or_id.starts_with("own_")) return std::nullopt;  // forget_name
    return find_by_name(
        database_,
        "SELECT id FROM owners WHERE name_idx = ?",
        sealer_.indexes(Column::owner_name, store::as_bytes(name_or_id))
    );
}

std::int64_t Owners::add(std::string_view name, base::UnixMs now) {
    const auto id = random_public_id("own_");
    const auto bytes = store::as_bytes(name);
    const auto cell = sealer_.seal(Column::owner_name, store::as_bytes(id), bytes);
    const auto index = sealer_.indexes(Column::owner_name, bytes).now;
    database_.query("INSERT INTO owners(public_id, name, name_idx, created_at) VALUES(?,?,?,?)")
        .bind(std::string_view(id))
        .bind(store::ByteView(cell))
        .bind(store::ByteView(index))
        .bind(now)
        .run();
    return database_.last_insert_rowid();
}

void Owners::set_contact(std::int64_t owner, std::string_view contact) {
    std::optional<store::Bytes> cell;
    if (!contact.empty()) {
        cell = sealer_.seal(
            Column::owner_contact,
            store::as_bytes(public_id(owner)),
            store::as_bytes(contact)
        );
    }
    database_.query("UPDATE owners SET contact = ? WHERE id = ?").bind(cell).bind(owner).run();
}

std::string Owners::contact(std::int64_t owner) {
    auto query = database_.query("SELECT public_id, contact FROM owners WHERE id = ?");
    if (!query.bind(owner).step() || query.is_null(1)) return {};
    const auto id = query.text(0);
    return open_name(sealer_, Column::owner_contact, store::as_bytes(id), query.blob_view(1));
}

// The id in its place can never be the name of another: acceptable_name.
void Owners::forget_name(std::int64_t owner) {
    const auto id = public_id(owner);
    const auto bytes = store::as_bytes(id);
    const auto cell = sealer_.seal(Column::owner_name, bytes, bytes);
    const auto index = sealer_.indexes(Column::owner_name, bytes).now;
    database_.query("UPDATE owners SET name = ?, name_idx = ?, contact = NULL WHERE id = ?")
        .bind(store::ByteView(cell))
        .bind(store::ByteView(index))
        .bind(owner)
        .run();
}

std::string Owners::name(std::int64_t owner) {
    auto query = database_.query("SELECT public_id, name FROM owners WHERE id = ?");
    if (!query.bind(owner).step()) return {};
    const auto id = query.text(0);
    return open_name(sealer_, Column::owner_name, store::as_bytes(id), query.blob_view(1));
}

std::string Owners::public_id(std::int64_t owner) {
    auto query = database_.query("SELECT public_id FROM owners WHERE id = ?");
    if (!query.bind(owner).step()) throw std::runtime_error("no owner of that row");
    return query.text(0);
}

}  // namespace drawbridge::auth
