#include "store/columns.h"

#include <algorithm>
#include <stdexcept>

namespace drawbridge::store {

AssociatedData::AssociatedData(Column column, ByteView row_id) : size_(2 + row_id.size()) {
    if (row_id.size() > kMaxRowId) throw std::logic_error("the id of a sealed row is too long");
    const auto id = static_cast<std::uint16_t>(column);
    bytes_[0] = static_cast<std::uint8_t>(id & 0xffU);
    bytes_[1] = static_cast<std::uint8_t>(id >> 8U);
    std::ranges::copy(row_id, bytes_.begin() + 2);
}

std::array<std::uint8_t, 8> row_id(std::int64_t key) {
    auto rest = static_cast<std::uint64_t>(key);
    std::array<std::uint8_t, 8> bytes{};
    for (auto& byte : bytes) {
        byte = static_cast<std::uint8_t>(rest);
        rest >>= 8;
    }
    return bytes;
}

}  // namespace drawbridge::store
