#include "shared/ban_edit.h"

namespace drawbridge {

std::optional<BanListError> BanEdit::apply(const BanListEntry& operation) {
    if (!is_valid(operation)) return BanListError::bad_entry;
    if (operation.operation == BanOperation::remove) {
        const auto before = pages_.erase(key_of(operation));
        if (!before) return BanListError::not_live;
        checksum_.subtract(*before);
        inverse_.push_back(*before);
        ++removed_;
        return std::nullopt;
    }
    if (pages_.size() >= kMaxBanListEntries) return BanListError::too_many_entries;
    if (const auto before = pages_.put(operation)) {
        checksum_.subtract(*before);
        inverse_.push_back(*before);
    } else {
        BanListEntry inverse = operation;
        inverse.operation = BanOperation::remove;
        inverse_.push_back(inverse);
    }
    checksum_.add(operation);
    ++added_;
    return std::nullopt;
}

// Leaves the checksum as it is: an edit that is taken back is over.
void BanEdit::take_back() {
    for (; !inverse_.empty(); inverse_.pop_back()) {
        const BanListEntry& inverse = inverse_.back();
        if (inverse.operation == BanOperation::remove) {
            (void)pages_.erase(key_of(inverse));
        } else {
            (void)pages_.put(inverse);
        }
    }
}

}  // namespace drawbridge
