// A change to a list's entries that can be taken back: what a delta and a published change share.
// Not synchronised.
#pragma once

#include "shared/ban_pages.h"
#include "shared/banlist.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace drawbridge {

class BanEdit {
public:
    // `pages` must outlive the edit and not change but through it; `checksum` is theirs.
    BanEdit(BanPages& pages, const SetChecksum& checksum) : pages_(pages), checksum_(checksum) {}

    // Takes back what was not kept.
    ~BanEdit() { take_back(); }

    BanEdit(const BanEdit&) = delete;
    BanEdit& operator=(const BanEdit&) = delete;

    // Nothing on success; on an error this operation did nothing.
    [[nodiscard]] std::optional<BanListError> apply(const BanListEntry& operation);
    void take_back();

    void keep() { inverse_.clear(); }

    // Of the entries as they are now.
    [[nodiscard]] const SetChecksum& checksum() const { return checksum_; }

    [[nodiscard]] std::size_t added() const { return added_; }

    [[nodiscard]] std::size_t removed() const { return removed_; }

private:
    BanPages& pages_;
    SetChecksum checksum_;
    // The operations that undo those applied, in the order of those.
    std::vector<BanListEntry> inverse_;
    std::size_t added_ = 0;  // a replaced entry counts as added
    std::size_t removed_ = 0;
};

}  // namespace drawbridge
