#include "store/keyring_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace drawbridge::store {
namespace {

constexpr std::uint32_t kLayout = 1;
constexpr std::size_t kHeader = 16;
constexpr std::size_t kSlot = 12 + kWrappedKeyBytes;
constexpr std::size_t kRowBytes = kHeader + kRingSlots * kSlot;

constexpr std::size_t offset_of(std::size_t position) {
    return kHeader + position * kSlot;
}

std::uint32_t read_u32(ByteView bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    return value;
}

void write_u32(std::span<std::uint8_t> out, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
        out[i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

std::array<std::uint8_t, kSlot> encode(const RingSlot& slot) {
    std::array<std::uint8_t, kSlot> bytes{};
    const std::span out(bytes);
    write_u32(out.subspan(0), slot.id);
    write_u32(out.subspan(4), slot.purpose);
    write_u32(out.subspan(8), slot.week);
    std::ranges::copy(slot.wrapped, out.subspan(12).begin());
    return bytes;
}

RingSlot decode(std::size_t position, ByteView bytes) {
    RingSlot slot;
    slot.position = position;
    slot.id = read_u32(bytes.subspan(0));
    slot.purpose = read_u32(bytes.subspan(4));
    slot.week = read_u32(bytes.subspan(8));
    std::ranges::copy(bytes.subspan(12, kWrappedKeyBytes), slot.wrapped.begin());
    return slot;
}

std::array<std::uint8_t, 8> encode_header(std::uint32_t next_id) {
    std::array<std::uint8_t, 8> bytes{};
    write_u32(std::span(bytes).subspan(0), kLayout);
    write_u32(std::span(bytes).subspan(4), next_id);
    return bytes;
}

Bytes load(Database& database, RingRow row) {
    auto query = database.query("SELECT slots FROM keyring WHERE id = ?");
    if (!query.bind(static_cast<std::int64_t>(row)).step()) {
        throw std::runtime_error("the database holds no key ring: restore a backup");
    }
    auto bytes = query.blob(0);
    if (bytes.size() != kRowBytes) {
        throw std::runtime_error("the database's key ring is damaged: restore a backup");
    }
    return bytes;
}

void overwrite(Database& database, RingRow row, std::size_t offset, ByteView bytes) {
    database.write_in_place("keyring", "slots", static_cast<std::int64_t>(row), offset, bytes);
}

}  // namespace

std::string wrap_purpose(const RingSlot& slot) {
    return fmt::format("drawbridge ring-key {} {} {}", slot.id, slot.purpose, slot.week);
}

void KeyringTable::create() {
    for (const auto row : {RingRow::current, RingRow::next}) {
        database_.query("INSERT INTO keyring(id, slots) VALUES(?, zeroblob(?))")
            .bind(static_cast<std::int64_t>(row))
            .bind(static_cast<std::int64_t>(kRowBytes))
            .run();
    }
    overwrite(database_, RingRow::current, 0, encode_header(1));
}

std::vector<RingSlot> KeyringTable::read(RingRow row) {
    const auto bytes = load(database_, row);
    const ByteView view(bytes);
    if (row == RingRow::current && read_u32(view) != kLayout) {
        throw std::runtime_error("the database's key ring is damaged: restore a backup");
    }
    std::vector<RingSlot> slots;
    for (std::size_t position = 0; position < kRingSlots; ++position) {
        auto slot = decode(position, view.subspan(offset_of(position), kSlot));
        if (slot.id != 0) slots.push_back(slot);
    }
    return slots;
}

RingSlot KeyringTable::allocate(std::uint32_t purpose, std::uint32_t week) {
    const auto bytes = load(database_, RingRow::current);
    const ByteView view(bytes);
    RingSlot slot;
    slot.id = read_u32(view.subspan(4));
    slot.purpose = purpose;
    slot.week = week;
    while (read_u32(view.subspan(offset_of(slot.position))) != 0) {
        if (++slot.position == kRingSlots) {
            throw std::runtime_error("the key ring is full: shorten [retention]");
        }
    }
    overwrite(database_, RingRow::current, 0, encode_header(slot.id + 1));
    return slot;
}

void KeyringTable::write(RingRow row, const RingSlot& slot) {
    overwrite(database_, row, offset_of(slot.position), encode(slot));
}

void KeyringTable::erase(RingRow row, std::size_t position) {
    overwrite(database_, row, offset_of(position), std::array<std::uint8_t, kSlot>{});
}

void KeyringTable::erase_row(RingRow row) {
    const Bytes zeros(kRowBytes - kHeader);
    overwrite(database_, row, kHeader, zeros);
}

}  // namespace drawbridge::store
