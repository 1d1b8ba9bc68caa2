#include "events/event_ids.h"

#include <stdexcept>

namespace drawbridge::events {

std::optional<std::string> EventIds::find(const Uuid& id) {
    auto query = database_.query("SELECT result FROM event_ids WHERE id = ? AND server_id = ?");
    query.bind(store::ByteView(id)).bind(server_);
    if (!query.step()) return std::nullopt;
    if (query.is_null(0)) return std::string();
    const auto sealed = query.blob_view(0);
    if (sealed.empty()) return std::string(kAllow);
    const auto plain = sealer_.open(store::Column::event_result, id, sealed);
    if (!plain) throw std::runtime_error("the result of an event cannot be opened: altered");
    return std::string(plain->begin(), plain->end());
}

// To insert first and look only at what was there takes one walk of the tree instead of two.
bool EventIds::take(const Uuid& id, std::string_view likely) {
    auto query =
        database_.query("INSERT OR IGNORE INTO event_ids(id, server_id, result) VALUES(?,?,?)");
    query.bind(store::ByteView(id)).bind(server_);
    likely.empty() ? query.bind_null() : query.bind(store::ByteView());
    return query.run() == 1;
}

void EventIds::set_result(const Uuid& id, std::string_view members) {
    const auto sealed = sealer_.seal_dated(
        store::KeyPurpose::event,
        now_,
        store::Column::event_result,
        id,
        store::as_bytes(members)
    );
    database_.query("UPDATE event_ids SET result = ? WHERE id = ? AND server_id = ?")
        .bind(store::ByteView(sealed))
        .bind(store::ByteView(id))
        .bind(server_)
        .run();
}

void EventIds::give_back(const Uuid& id) {
    database_.query("DELETE FROM event_ids WHERE id = ? AND server_id = ?")
        .bind(store::ByteView(id))
        .bind(server_)
        .run();
}

}  // namespace drawbridge::events
