#include "shared/ban_snapshot.h"

#include <algorithm>

namespace drawbridge {
namespace {

// Copies `piece` to the front of `out` and cuts it off; false when it does not fit.
template <std::size_t Size>
bool put(const std::array<std::uint8_t, Size>& piece, std::span<std::uint8_t>& out) {
    if (out.size() < Size) return false;
    std::copy(piece.begin(), piece.end(), out.begin());
    out = out.subspan(Size);
    return true;
}

SectionHeader header_of(const BanTable& table) {
    const Cursor cursor = table.cursor();
    return {
        table.list(),
        table.tag_version(),
        cursor.lineage,
        0,
        cursor.version,
        static_cast<std::uint32_t>(table.size())};
}

}  // namespace

std::size_t snapshot_bytes(const BanTable& table) {
    return header_of(table).section_bytes();
}

BanSnapshotWriter::BanSnapshotWriter(const BanTable& table)
    : table_(table),
      position_(table.pages().lower_bound({})) {}

std::size_t BanSnapshotWriter::write(std::span<std::uint8_t> out) {
    const std::size_t room = out.size();
    if (stage_ == Stage::header && put(encode_header(header_of(table_)), out)) {
        stage_ = Stage::entries;
    }
    const BanPages& pages = table_.pages();
    while (stage_ == Stage::entries && !pages.at_end(position_)) {
        if (!put(encode_entry(pages.entry(position_)), out)) return room - out.size();
        position_ = pages.next(position_);
    }
    if (stage_ == Stage::entries) stage_ = Stage::trailer;
    if (stage_ == Stage::trailer) {
        const auto count = static_cast<std::uint32_t>(table_.size());
        if (put(encode_trailer(count, table_.checksum().bytes()), out)) stage_ = Stage::done;
    }
    return room - out.size();
}

}  // namespace drawbridge
