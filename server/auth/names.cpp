#include "auth/names.h"

#include <algorithm>

namespace drawbridge::auth {
namespace {

std::optional<std::int64_t>
find(store::Database& database, const char* select, const store::TagIndex& index) {
    auto query = database.query(select);
    if (!query.bind(store::ByteView(index)).step()) return std::nullopt;
    return query.integer(0);
}

}  // namespace

bool acceptable_name(std::string_view name) {
    const auto printable = [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
    };
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, printable) &&
           !name.starts_with("srv_") && !name.starts_with("own_");
}

std::optional<std::int64_t>
find_by_name(store::Database& database, const char* select, const store::BlindIndexes& indexes) {
    const auto row = find(database, select, indexes.now);
    if (row || !indexes.before) return row;
    return find(database, select, *indexes.before);
}

std::string open_name(
    const store::Sealer& sealer,
    store::Column column,
    store::ByteView row_id,
    store::ByteView cell
) {
    const auto plain = sealer.open(column, row_id, cell);
    if (!plain) return std::string(kUnreadableName);
    return {plain->begin(), plain->end()};
}

}  // namespace drawbridge::auth
