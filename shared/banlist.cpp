#include "shared/banlist.h"

#include <sodium.h>

#include <algorithm>

namespace drawbridge {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic = {'D', 'B', 'L', '1'};
constexpr std::array<std::uint8_t, 4> kEndMarker = {'D', 'B', 'L', 'E'};

void put_little(std::uint8_t* out, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        out[i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

std::uint64_t get_little(const std::uint8_t* in, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) {
        value = (value << 8) | in[i];
    }
    return value;
}

// BLAKE2b-128 of the entry as an add, as two little-endian halves.
std::array<std::uint64_t, 2> hash_live(const BanListEntry& entry) {
    BanListEntry live = entry;
    live.operation = BanOperation::add;
    const EntryBytes bytes = encode_entry(live);
    std::array<std::uint8_t, 16> hash{};
    crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), nullptr, 0);
    return {get_little(hash.data(), 8), get_little(hash.data() + 8, 8)};
}

DecodedHeader refuse(BanListError error) {
    return {std::nullopt, error};
}

}  // namespace

TagPrefix tag_prefix(const Tag& tag) {
    TagPrefix prefix{};
    std::copy_n(tag.begin(), prefix.size(), prefix.begin());
    return prefix;
}

std::string_view error_text(BanListError error) {
    switch (error) {
        case BanListError::truncated: return "a byte too few";
        case BanListError::trailing_bytes: return "a byte too many";
        case BanListError::wrong_magic: return "not a ban-list section";
        case BanListError::wrong_header: return "a header field out of range";
        case BanListError::too_many_entries: return "too many entries";
        case BanListError::wrong_list: return "a section of the other list";
        case BanListError::wrong_from: return "a change to another version than the one held";
        case BanListError::wrong_lineage: return "a change to another lineage than the one held";
        case BanListError::wrong_tag_version: return "a change under another tag key";
        case BanListError::bad_entry: return "an entry out of range";
        case BanListError::wrong_order: return "a snapshot out of order";
        case BanListError::not_live: return "a remove of an entry that is not live";
        case BanListError::wrong_end: return "a wrong end marker";
        case BanListError::wrong_checksum: return "a wrong set checksum";
    }
    return "";
}

bool is_valid(const BanListEntry& entry) {
    if (entry.ban_number > kMaxBanNumber) return false;
    if (entry.operation == BanOperation::remove) return entry.weight == 0 && entry.expires == 0;
    return entry.weight >= 1 && entry.weight <= kMatchWeight;
}

EntryBytes encode_entry(const BanListEntry& entry) {
    EntryBytes bytes{};
    bytes[0] = static_cast<std::uint8_t>(entry.operation);
    bytes[1] = entry.weight;
    put_little(bytes.data() + 2, entry.ban_number, 6);
    std::copy(entry.prefix.begin(), entry.prefix.end(), bytes.begin() + 8);
    put_little(bytes.data() + 16, entry.expires, 4);
    return bytes;
}

std::optional<BanListEntry> decode_entry(std::span<const std::uint8_t, kBanEntryBytes> bytes) {
    if (bytes[0] != 1 && bytes[0] != 2) return std::nullopt;
    BanListEntry entry;
    entry.operation = static_cast<BanOperation>(bytes[0]);
    entry.weight = bytes[1];
    entry.ban_number = get_little(bytes.data() + 2, 6);
    std::copy_n(bytes.begin() + 8, entry.prefix.size(), entry.prefix.begin());
    entry.expires = static_cast<std::uint32_t>(get_little(bytes.data() + 16, 4));
    if (!is_valid(entry)) return std::nullopt;
    return entry;
}

SectionHeaderBytes encode_header(const SectionHeader& header) {
    SectionHeaderBytes bytes{};
    std::copy(kMagic.begin(), kMagic.end(), bytes.begin());
    bytes[4] = static_cast<std::uint8_t>(header.list);
    put_little(bytes.data() + 6, header.tag_version, 2);
    put_little(bytes.data() + 8, header.lineage, 8);
    put_little(bytes.data() + 16, header.from, 8);
    put_little(bytes.data() + 24, header.to, 8);
    put_little(bytes.data() + 32, header.count, 4);
    return bytes;
}

DecodedHeader decode_header(Bytes bytes) {
    if (bytes.size() < kSectionHeaderBytes) return refuse(BanListError::truncated);
    if (!std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
        return refuse(BanListError::wrong_magic);
    }
    const bool known_list = bytes[4] == 1 || bytes[4] == 2;
    if (!known_list || bytes[5] != 0) return refuse(BanListError::wrong_header);
    SectionHeader header;
    header.list = static_cast<BanListKind>(bytes[4]);
    header.tag_version = static_cast<std::uint16_t>(get_little(bytes.data() + 6, 2));
    header.lineage = get_little(bytes.data() + 8, 8);
    header.from = get_little(bytes.data() + 16, 8);
    header.to = get_little(bytes.data() + 24, 8);
    header.count = static_cast<std::uint32_t>(get_little(bytes.data() + 32, 4));
    if (header.tag_version == 0 || header.to > kMaxSafeInteger || header.from >= header.to) {
        return refuse(BanListError::wrong_header);
    }
    if (header.count > kMaxBanListEntries) return refuse(BanListError::too_many_entries);
    return {header, {}};
}

void SetChecksum::add(const BanListEntry& entry) {
    const auto [low, high] = hash_live(entry);
    low_ += low;
    high_ += high + (low_ < low ? 1 : 0);
}

void SetChecksum::subtract(const BanListEntry& entry) {
    const auto [low, high] = hash_live(entry);
    high_ -= high + (low_ < low ? 1 : 0);
    low_ -= low;
}

SetChecksum::Value SetChecksum::bytes() const {
    Value value{};
    put_little(value.data(), low_, 8);
    put_little(value.data() + 8, high_, 8);
    return value;
}

SectionTrailerBytes encode_trailer(std::uint32_t count, const SetChecksum::Value& checksum) {
    SectionTrailerBytes bytes{};
    std::copy(kEndMarker.begin(), kEndMarker.end(), bytes.begin());
    put_little(bytes.data() + 4, count, 4);
    std::copy(checksum.begin(), checksum.end(), bytes.begin() + 8);
    return bytes;
}

}  // namespace drawbridge
