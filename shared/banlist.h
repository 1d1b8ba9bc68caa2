// The ban list's bytes (docs/protocol.md §8). All integers are little-endian.
//
//   section := magic[4]="DBL1" list[1] reserved[1]=0 tag_version[2] lineage[8] from[8] to[8]
//              count[4] entry[20]*count "DBLE" count[4] checksum[16]
//   entry   := operation[1] weight[1] ban[6] prefix[8] expires[4]
//
// Pure functions and values.
#pragma once

#include "shared/encoding.h"
#include "shared/ids.h"
#include "shared/limits.h"
#include "shared/tag.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace drawbridge {

inline constexpr std::size_t kSectionHeaderBytes = 36;
inline constexpr std::size_t kBanEntryBytes = 20;
inline constexpr std::size_t kSectionTrailerBytes = 24;

enum class BanListKind : std::uint8_t { network = 1, owner = 2 };
enum class BanOperation : std::uint8_t { add = 1, remove = 2 };

using TagPrefix = std::array<std::uint8_t, kTagPrefixBytes>;
[[nodiscard]] TagPrefix tag_prefix(const Tag& tag);

struct BanListEntry {
    BanOperation operation = BanOperation::add;
    std::uint8_t weight = 0;       // 1…100; 0 in a remove
    std::uint64_t ban_number = 0;  // below 2^40
    TagPrefix prefix{};
    std::uint32_t expires = 0;  // Unix seconds; 0 never, and 0 in a remove

    friend bool operator==(const BanListEntry&, const BanListEntry&) = default;
};

struct SectionHeader {
    BanListKind list = BanListKind::network;
    std::uint16_t tag_version = 0;
    std::uint64_t lineage = 0;
    std::uint64_t from = 0;  // 0: a snapshot
    std::uint64_t to = 0;
    std::uint32_t count = 0;

    [[nodiscard]] bool is_snapshot() const { return from == 0; }

    [[nodiscard]] std::size_t section_bytes() const {
        return kSectionHeaderBytes + kBanEntryBytes * count + kSectionTrailerBytes;
    }

    friend bool operator==(const SectionHeader&, const SectionHeader&) = default;
};

enum class BanListError : std::uint8_t {
    truncated,
    trailing_bytes,
    wrong_magic,
    wrong_header,  // reserved, list, tag version, or versions out of range
    too_many_entries,
    wrong_list,  // a section of the other list
    wrong_from,
    wrong_lineage,
    wrong_tag_version,  // a delta made with another tag key than the list it applies to
    bad_entry,          // an operation, weight, number or expiry out of range
    wrong_order,        // a snapshot out of order, or with a repeated entry
    not_live,           // a remove of an entry that is not there
    wrong_end,
    wrong_checksum,
};
[[nodiscard]] std::string_view error_text(BanListError error);

using EntryBytes = std::array<std::uint8_t, kBanEntryBytes>;
using SectionHeaderBytes = std::array<std::uint8_t, kSectionHeaderBytes>;
using SectionTrailerBytes = std::array<std::uint8_t, kSectionTrailerBytes>;

// Whether every field is in the range the format gives it.
[[nodiscard]] bool is_valid(const BanListEntry& entry);
[[nodiscard]] EntryBytes encode_entry(const BanListEntry& entry);
// Nothing when out of range.
[[nodiscard]] std::optional<BanListEntry> decode_entry(
    std::span<const std::uint8_t, kBanEntryBytes> bytes
);

[[nodiscard]] SectionHeaderBytes encode_header(const SectionHeader& header);

struct DecodedHeader {
    std::optional<SectionHeader> header;
    BanListError error = BanListError::truncated;
};

// The first 36 bytes; more may follow.
[[nodiscard]] DecodedHeader decode_header(Bytes bytes);

// Sum modulo 2^128 of BLAKE2b-128 over each live entry written as an add.
class SetChecksum {
public:
    using Value = std::array<std::uint8_t, 16>;

    void add(const BanListEntry& entry);
    void subtract(const BanListEntry& entry);
    [[nodiscard]] Value bytes() const;

    friend bool operator==(const SetChecksum&, const SetChecksum&) = default;

private:
    std::uint64_t low_ = 0;
    std::uint64_t high_ = 0;
};

[[nodiscard]] SectionTrailerBytes
encode_trailer(std::uint32_t count, const SetChecksum::Value& checksum);

}  // namespace drawbridge
