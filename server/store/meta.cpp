#include "store/meta.h"

#include <fmt/format.h>

#include <charconv>
#include <string>

namespace drawbridge::store {

std::optional<Bytes> read_meta(Database& database, std::string_view key) {
    auto query = database.query("SELECT value FROM meta WHERE key = ?");
    query.bind(key);
    if (!query.step()) return std::nullopt;
    return query.blob(0);
}

std::uint64_t read_meta_number(Database& database, std::string_view key) {
    const auto value = read_meta(database, key);
    if (!value) return 0;
    const std::string text(value->begin(), value->end());
    std::uint64_t number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop != text.data() + text.size()) {
        throw StoreError(fmt::format("meta.{} holds no number: altered", key), Fault::damaged);
    }
    return number;
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
