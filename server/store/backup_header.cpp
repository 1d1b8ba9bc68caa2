#include "store/backup_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace drawbridge::store {
namespace {

constexpr std::string_view kMagic = "DRBGBAK1";
constexpr std::uint32_t kVersion = 1;
constexpr std::string_view kPurpose = "drawbridge backup file";

/// Appends or takes integers of fixed width, one after the other.
class Cursor {
public:
    explicit Cursor(std::span<std::uint8_t> bytes) : bytes_(bytes) {}

    void put(std::uint64_t value, std::size_t width) {
        for (std::size_t i = 0; i < width; ++i) {
            bytes_[at_++] = static_cast<std::uint8_t>(value >> (8 * i));
        }
    }

    void put(ByteView value) {
        std::ranges::copy(value, bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
        at_ += value.size();
    }

    std::uint64_t take(std::size_t width) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            value |= std::uint64_t{bytes_[at_++]} << (8 * i);
        }
        return value;
    }

    ByteView take_bytes(std::size_t count) {
        at_ += count;
        return bytes_.subspan(at_ - count, count);
    }

private:
    std::span<std::uint8_t> bytes_;
    std::size_t at_ = 0;
};

void require_ours(Cursor& cursor, std::string_view name) {
    const auto magic = cursor.take_bytes(kMagic.size());
    if (!std::ranges::equal(magic, as_bytes(kMagic))) {
        throw BackupError(fmt::format("{} is not a backup of Drawbridge", name));
    }
    const auto version = cursor.take(4);
    if (version != kVersion) {
        throw BackupError(fmt::format(
            "{} has format {}, this program knows format {}: use the drawbridgectl that goes with "
            "the daemon that made it",
            name,
            version,
            kVersion
        ));
    }
}

BackupKind kind_of(std::uint64_t number, std::string_view name) {
    if (number < static_cast<std::uint64_t>(BackupKind::start) ||
        number > static_cast<std::uint64_t>(BackupKind::migration)) {
        throw BackupError(fmt::format("the header of {} was altered", name));
    }
    return static_cast<BackupKind>(number);
}

BackupFacts decode_facts(std::span<std::uint8_t> bytes, std::string_view name) {
    Cursor cursor(bytes);
    require_ours(cursor, name);
    BackupFacts facts;
    facts.schema = static_cast<std::uint32_t>(cursor.take(4));
    facts.created_at = static_cast<base::UnixMs>(cursor.take(8));
    facts.number = cursor.take(8);
    facts.journal = cursor.take(8);
    facts.plain_size = cursor.take(8);
    std::ranges::copy(cursor.take_bytes(facts.database_id.size()), facts.database_id.begin());
    facts.kind = kind_of(cursor.take(1), name);
    return facts;
}

}  // namespace

std::string_view backup_kind_name(BackupKind kind) {
    switch (kind) {
        case BackupKind::start: return "start";
        case BackupKind::scheduled: return "scheduled";
        case BackupKind::asked: return "asked";
        case BackupKind::migration: return "migration";
    }
    return "unknown";
}

FactBytes encode_facts(const BackupFacts& facts) {
    FactBytes bytes{};
    Cursor cursor(bytes);
    cursor.put(as_bytes(kMagic));
    cursor.put(kVersion, 4);
    cursor.put(facts.schema, 4);
    cursor.put(static_cast<std::uint64_t>(facts.created_at), 8);
    cursor.put(facts.number, 8);
    cursor.put(facts.journal, 8);
    cursor.put(facts.plain_size, 8);
    cursor.put(facts.database_id);
    cursor.put(static_cast<std::uint64_t>(facts.kind), 1);
    return bytes;
}

BackupHeader
make_backup_header(const BackupFacts& facts, const MasterKey& master, const Secret& file_key) {
    BackupHeader header;
    header.facts = facts;
    header.fact_bytes = encode_facts(facts);
    header.slots.front() = wrap_file_key(master, file_key);
    return header;
}

Bytes encode_header(const BackupHeader& header) {
    Bytes bytes(header.fact_bytes.begin(), header.fact_bytes.end());
    for (const auto& slot : header.slots) {
        bytes.insert(bytes.end(), slot.begin(), slot.end());
    }
    return bytes;
}

BackupHeader read_backup_header(Descriptor& file, std::string_view name) {
    std::array<std::uint8_t, kBackupHeaderBytes> bytes{};
    const auto size = file.read(bytes);
    BackupHeader header;
    if (size >= kMagic.size() && size < bytes.size()) {
        throw BackupError(fmt::format("{} is cut short: its header is not whole", name));
    }
    header.facts = decode_facts(std::span(bytes).first<kBackupFactsBytes>(), name);
    std::copy_n(bytes.begin(), kBackupFactsBytes, header.fact_bytes.begin());
    for (std::size_t i = 0; i < kBackupSlots; ++i) {
        std::copy_n(bytes.data() + slot_offset(i), kWrappedKeyBytes, header.slots.at(i).begin());
    }
    return header;
}

std::optional<OpenedSlot> open_slot(const BackupHeader& header, const MasterKey& master) {
    for (std::size_t i = 0; i < kBackupSlots; ++i) {
        if (auto key = unwrap_key(master, kPurpose, header.slots.at(i))) return OpenedSlot{i, *key};
    }
    return std::nullopt;
}

std::uint64_t slot_offset(std::size_t index) {
    return kBackupFactsBytes + index * kWrappedKeyBytes;
}

KeySlot wrap_file_key(const MasterKey& master, const Secret& file_key) {
    const auto wrapped = wrap_key(master, kPurpose, file_key.bytes());
    KeySlot slot{};
    std::ranges::copy(wrapped, slot.begin());
    return slot;
}

}  // namespace drawbridge::store
