// Writes a table as a snapshot section, whole or in pieces (a game server saves its copy over
// several ticks). Not synchronised: the table must not change meanwhile.
#pragma once

#include "shared/ban_table.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace drawbridge {

inline constexpr std::size_t kSmallestSnapshotPiece = kSectionHeaderBytes;

[[nodiscard]] std::size_t snapshot_bytes(const BanTable& table);

class BanSnapshotWriter {
public:
    // `table` must hold a version, outlive the writer and not change.
    explicit BanSnapshotWriter(const BanTable& table);

    // Fills `out` with as much as fits of whole header, entries and trailer; 0 after the last.
    // `out` holds at least kSmallestSnapshotPiece.
    [[nodiscard]] std::size_t write(std::span<std::uint8_t> out);

private:
    enum class Stage : std::uint8_t { header, entries, trailer, done };

    const BanTable& table_;
    Stage stage_ = Stage::header;
    BanPages::Position position_;
};

}  // namespace drawbridge
