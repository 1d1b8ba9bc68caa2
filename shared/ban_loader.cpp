#include "shared/ban_loader.h"

#include <algorithm>

namespace drawbridge {

std::size_t BanLoader::piece_bytes() const {
    switch (stage_) {
        case Stage::header: return kSectionHeaderBytes;
        case Stage::entries: return kBanEntryBytes;
        case Stage::trailer: return kSectionTrailerBytes;
        case Stage::complete:
        case Stage::failed: return 0;
    }
    return 0;
}

std::optional<BanListError> BanLoader::feed(Bytes bytes) {
    while (!bytes.empty()) {
        if (stage_ == Stage::failed) return error_;
        if (stage_ == Stage::complete) return fail(BanListError::trailing_bytes);
        const std::size_t wanted = piece_bytes();
        Bytes piece;
        if (carried_ == 0 && bytes.size() >= wanted) {
            piece = bytes.first(wanted);
            bytes = bytes.subspan(wanted);
        } else {
            const std::size_t part = std::min(wanted - carried_, bytes.size());
            std::copy_n(bytes.begin(), part, carry_.data() + carried_);
            carried_ += part;
            bytes = bytes.subspan(part);
            if (carried_ < wanted) return std::nullopt;
            piece = Bytes(carry_).first(wanted);
            carried_ = 0;
        }
        if (const auto error = take(piece)) return fail(*error);
    }
    return std::nullopt;
}

std::optional<BanListError> BanLoader::take(Bytes piece) {
    switch (stage_) {
        case Stage::header: return take_header(piece);
        case Stage::entries: return take_entry(piece);
        case Stage::trailer: return take_trailer(piece);
        case Stage::complete:
        case Stage::failed: break;
    }
    return BanListError::trailing_bytes;
}

std::optional<BanListError> BanLoader::take_header(Bytes piece) {
    const DecodedHeader decoded = decode_header(piece);
    if (!decoded.header) return decoded.error;
    header_ = *decoded.header;
    if (header_.list != table_.list_) return BanListError::wrong_list;
    if (!header_.is_snapshot()) {
        if (const auto error = check_delta_header()) return error;
        edit_.emplace(table_.pages_, table_.checksum_);
    }
    entries_left_ = header_.count;
    stage_ = entries_left_ == 0 ? Stage::trailer : Stage::entries;
    return std::nullopt;
}

std::optional<BanListError> BanLoader::check_delta_header() const {
    if (table_.version_ == 0) return BanListError::wrong_from;
    if (header_.lineage != table_.lineage_) return BanListError::wrong_lineage;
    if (header_.from != table_.version_) return BanListError::wrong_from;
    if (header_.tag_version != table_.tag_version_) return BanListError::wrong_tag_version;
    return std::nullopt;
}

std::optional<BanListError> BanLoader::take_entry(Bytes piece) {
    const auto entry = decode_entry(piece.first<kBanEntryBytes>());
    if (!entry) return BanListError::bad_entry;
    if (const auto error = edit_ ? edit_->apply(*entry) : append(*entry)) return error;
    if (--entries_left_ == 0) stage_ = Stage::trailer;
    return std::nullopt;
}

std::optional<BanListError> BanLoader::append(const BanListEntry& entry) {
    if (entry.operation != BanOperation::add) return BanListError::bad_entry;
    if (!pages_.append(entry)) return BanListError::wrong_order;
    snapshot_checksum_.add(entry);
    return std::nullopt;
}

std::optional<BanListError> BanLoader::take_trailer(Bytes piece) {
    const SectionTrailerBytes expected = encode_trailer(header_.count, checksum().bytes());
    constexpr std::size_t kEndBytes = 8;  // the marker and the count
    if (!std::equal(piece.begin(), piece.begin() + kEndBytes, expected.begin())) {
        return BanListError::wrong_end;
    }
    if (!std::equal(piece.begin(), piece.end(), expected.begin())) {
        return BanListError::wrong_checksum;
    }
    stage_ = Stage::complete;
    return std::nullopt;
}

std::optional<BanListError> BanLoader::finish() {
    if (stage_ == Stage::failed) return error_;
    if (stage_ != Stage::complete) return fail(BanListError::truncated);
    table_.checksum_ = checksum();
    if (edit_) {
        edit_->keep();
    } else {
        table_.pages_ = std::move(pages_);
        table_.lineage_ = header_.lineage;
        table_.tag_version_ = header_.tag_version;
    }
    table_.version_ = header_.to;
    // One section a loader: what comes now is an error.
    stage_ = Stage::failed;
    error_ = BanListError::trailing_bytes;
    return std::nullopt;
}

const SetChecksum& BanLoader::checksum() const {
    return edit_ ? edit_->checksum() : snapshot_checksum_;
}

std::size_t BanLoader::added() const {
    return edit_ ? edit_->added() : header_.count;
}

std::size_t BanLoader::removed() const {
    return edit_ ? edit_->removed() : 0;
}

BanListError BanLoader::fail(BanListError error) {
    if (edit_) edit_->take_back();
    pages_ = BanPages{};
    stage_ = Stage::failed;
    error_ = error;
    return error;
}

}  // namespace drawbridge
