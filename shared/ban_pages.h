// The live entries of one ban list, sorted by (prefix, ban number), in fixed pages of packed
// 18-byte records: about 19 bytes an entry after a snapshot, under 24 after any mix of changes.
// Not synchronised: one thread, or readers only.
#pragma once

#include "shared/banlist.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace drawbridge {

// Unsigned bytes of the prefix in order, then the number.
struct BanKey {
    std::uint64_t prefix = 0;  // big-endian reading of the 8 bytes
    std::uint64_t ban_number = 0;

    // clang-tidy 14 takes the defaulted operator for a comparison with 0.
    // NOLINTNEXTLINE(modernize-use-nullptr)
    friend auto operator<=>(const BanKey&, const BanKey&) = default;
};

[[nodiscard]] BanKey key_of(const BanListEntry& entry);
[[nodiscard]] std::uint64_t prefix_number(const TagPrefix& prefix);

class BanPages {
public:
    // A place in the order; valid until the next change.
    struct Position {
        std::size_t page = 0;
        std::size_t index = 0;
    };

    BanPages();
    BanPages(const BanPages&) = delete;
    BanPages& operator=(const BanPages&) = delete;
    BanPages(BanPages&&) noexcept;
    BanPages& operator=(BanPages&&) noexcept;
    ~BanPages();

    [[nodiscard]] std::optional<BanListEntry> find(const BanKey& key) const;
    // Puts the entry in, or in the place of the one with its key, which is returned.
    std::optional<BanListEntry> put(const BanListEntry& entry);
    // Returns what was taken out.
    std::optional<BanListEntry> erase(const BanKey& key);
    // For a load in order: false when the entry is not above the last one.
    [[nodiscard]] bool append(const BanListEntry& entry);

    // First entry not below `key`.
    [[nodiscard]] Position lower_bound(const BanKey& key) const;
    [[nodiscard]] bool at_end(const Position& position) const;
    // These need a position that is not at the end.
    [[nodiscard]] BanKey key(const Position& position) const;
    [[nodiscard]] BanListEntry entry(const Position& position) const;
    [[nodiscard]] Position next(const Position& position) const;

    [[nodiscard]] std::size_t size() const { return size_; }

    // What the entries take of the heap.
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    struct Page;

    [[nodiscard]] std::size_t page_of(const BanKey& key) const;
    void make_room(std::size_t page);
    void shift_left(std::size_t page);
    void shift_right(std::size_t page);
    void split(std::size_t page);
    void compact_around(std::size_t page);
    void pull(std::size_t page, std::size_t end);

    // Never holds an empty page.
    std::vector<std::unique_ptr<Page>> pages_;
    std::size_t size_ = 0;
};

}  // namespace drawbridge
