// One ban list as it is held on both ends: applied from sections, asked at each join, written out
// again as a snapshot. Not synchronised: one thread, or readers only.
#pragma once

#include "shared/ban_pages.h"
#include "shared/banlist.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace drawbridge {

struct BanMatch {
    std::uint64_t ban_number = 0;
    std::uint32_t weight = 0;   // sum; a match is kMatchWeight or more
    std::uint64_t indexes = 0;  // bit i: tags[i] has a live entry of this ban
    std::uint32_t expires = 0;  // the latest of the entries; 0 never
};

// The bits of BanMatch::indexes.
inline constexpr std::size_t kMaxMatchTags = 64;

class BanTable {
public:
    explicit BanTable(BanListKind list) : list_(list) {}

    // A new, empty list at `version` (the publishing side's start).
    void reset(std::uint64_t lineage, std::uint16_t tag_version, std::uint64_t version);

    // One whole section. Nothing on success; on an error the table is as it was.
    [[nodiscard]] std::optional<BanListError> apply(Bytes section);

    // The publishing side: applies operations in order and moves to `version`, which must be above
    // the current one. On an error the table is as it was.
    [[nodiscard]] std::optional<BanListError>
    change(std::span<const BanListEntry> operations, std::uint64_t version);

    // Every ban with a live, unexpired entry among the first kMaxMatchTags tags, heaviest first,
    // then by number. Tags with one prefix count once.
    [[nodiscard]] std::vector<BanMatch> match(std::span<const Tag> tags, std::uint64_t now) const;

    // The table as a snapshot section.
    [[nodiscard]] std::vector<std::uint8_t> snapshot() const;

    [[nodiscard]] BanListKind list() const { return list_; }

    [[nodiscard]] Cursor cursor() const { return {lineage_, version_}; }

    [[nodiscard]] std::uint16_t tag_version() const { return tag_version_; }

    [[nodiscard]] const SetChecksum& checksum() const { return checksum_; }

    [[nodiscard]] const BanPages& pages() const { return pages_; }

    [[nodiscard]] std::size_t size() const { return pages_.size(); }

private:
    friend class BanLoader;

    const BanListKind list_;
    std::uint64_t lineage_ = 0;
    std::uint64_t version_ = 0;  // 0: nothing held
    std::uint16_t tag_version_ = 0;
    SetChecksum checksum_;
    BanPages pages_;
};

// The publishing side: a delta section over operations that `table` has just applied by change(),
// `from` being its version before.
[[nodiscard]] std::vector<std::uint8_t>
encode_delta(const BanTable& table, std::uint64_t from, std::span<const BanListEntry> operations);

}  // namespace drawbridge
