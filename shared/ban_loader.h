// Applies one section piece by piece, so that a game server's main thread can spread a long one
// over ticks. A snapshot is built beside the table and takes its place in finish(); a delta is
// applied as it comes, and undone by anything but a finish() that succeeds. Not synchronised.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "shared/ban_table.h"

namespace drawbridge {

class BanLoader {
public:
    // `table` must outlive the loader and not change but through it.
    explicit BanLoader(BanTable& table) : table_(table) {}
    ~BanLoader();
    BanLoader(const BanLoader&) = delete;
    BanLoader& operator=(const BanLoader&) = delete;

    // Any cut of the section's bytes. An error is final: the table is as it was.
    [[nodiscard]] std::optional<BanListError> feed(Bytes bytes);
    // After the last byte.
    [[nodiscard]] std::optional<BanListError> finish();

    // Entries, for the report: a replaced one counts as added.
    [[nodiscard]] std::size_t added() const { return added_; }
    [[nodiscard]] std::size_t removed() const { return removed_; }

private:
    friend class BanTable;

    enum class Stage : std::uint8_t { header, entries, trailer, complete, failed, finished };
    // What brings back the state before an operation: put `before`, or erase `key`.
    struct Undo {
        BanKey key;
        std::optional<BanListEntry> before;
    };

    [[nodiscard]] std::size_t wanted() const;
    [[nodiscard]] std::optional<BanListError> take(Bytes piece);
    [[nodiscard]] std::optional<BanListError> take_header(Bytes piece);
    [[nodiscard]] std::optional<BanListError> take_entry(Bytes piece);
    [[nodiscard]] std::optional<BanListError> take_trailer(Bytes piece);
    [[nodiscard]] std::optional<BanListError> check_header() const;
    [[nodiscard]] std::optional<BanListError> load(const BanListEntry& entry);
    [[nodiscard]] std::optional<BanListError> operate(const BanListEntry& entry);
    [[nodiscard]] BanListError fail(BanListError error);
    void roll_back();

    BanTable& table_;
    Stage stage_ = Stage::header;
    SectionHeader header_;
    std::uint32_t entries_left_ = 0;
    SetChecksum checksum_;      // of the list as it will be
    BanPages pages_;            // of a snapshot
    std::vector<Undo> undo_;    // of a delta
    std::size_t added_ = 0;
    std::size_t removed_ = 0;
    std::array<std::uint8_t, kSectionHeaderBytes> carry_{};  // a piece cut in two
    std::size_t carried_ = 0;
};

}  // namespace drawbridge
