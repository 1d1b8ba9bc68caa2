// Applies one section piece by piece, so that a game server's main thread can spread a long one
// over ticks. A snapshot is built beside the table and takes its place in finish(); a delta is
// applied as it comes, and taken back by anything but a finish() that succeeds. Not synchronised.
#pragma once

#include "shared/ban_edit.h"
#include "shared/ban_table.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace drawbridge {

class BanLoader {
public:
    // `table` must outlive the loader and not change but through it.
    explicit BanLoader(BanTable& table) : table_(table) {}

    ~BanLoader() = default;
    BanLoader(const BanLoader&) = delete;
    BanLoader& operator=(const BanLoader&) = delete;

    // Any cut of the section's bytes. Nothing on success. An error is final: the table is as it
    // was.
    [[nodiscard]] std::optional<BanListError> feed(Bytes bytes);
    // After the last byte.
    [[nodiscard]] std::optional<BanListError> finish();

    [[nodiscard]] std::size_t added() const;
    [[nodiscard]] std::size_t removed() const;

private:
    enum class Stage : std::uint8_t { header, entries, trailer, complete, failed };

    [[nodiscard]] std::size_t piece_bytes() const;
    [[nodiscard]] std::optional<BanListError> take(Bytes piece);
    [[nodiscard]] std::optional<BanListError> take_header(Bytes piece);
    [[nodiscard]] std::optional<BanListError> take_entry(Bytes piece);
    [[nodiscard]] std::optional<BanListError> take_trailer(Bytes piece);
    [[nodiscard]] std::optional<BanListError> check_delta_header() const;
    [[nodiscard]] std::optional<BanListError> append(const BanListEntry& entry);
    [[nodiscard]] const SetChecksum& checksum() const;
    BanListError fail(BanListError error);

    BanTable& table_;
    Stage stage_ = Stage::header;
    BanListError error_ = BanListError::truncated;  // of stage failed
    SectionHeader header_;
    std::uint32_t entries_left_ = 0;
    std::optional<BanEdit> edit_;                            // of a delta
    BanPages pages_;                                         // of a snapshot
    SetChecksum snapshot_checksum_;                          // of a snapshot
    std::array<std::uint8_t, kSectionHeaderBytes> carry_{};  // the front of a piece cut in two
    std::size_t carried_ = 0;
};

}  // namespace drawbridge
