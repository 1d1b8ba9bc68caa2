#include "store/meta.h"

namespace drawbridge::store {

std::optional<Bytes> read_meta(Database& database, std::string_view key) {
    auto query = database.query("SELECT value FROM meta WHERE key = ?");
    query.bind(key);
    if (!query.step()) return std::nullopt;
    return query.blob(0);
}

void write_meta(Database& database, std::string_view key, ByteView value) {
    database
        .query(
            "INSERT INTO meta (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )
        .bind(key)
        .bind(value)
        .run();
}

}  // namespace drawbridge::store
