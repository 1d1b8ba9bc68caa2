#include "store/key_set.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drawbridge::store {
namespace {

std::pair<KeyPurpose, std::uint32_t> place_of(const RingKey* key) {
    return {key->purpose, key->week};
}

}  // namespace

KeySet::KeySet(std::vector<Key> keys) : by_id_(std::move(keys)) {
    std::ranges::sort(by_id_, {}, [](const Key& key) { return key->id; });
    for (const auto& key : by_id_) {
        current_.push_back(key.get());
    }
    // Newest first within a place, then the first of each place stays.
    std::ranges::stable_sort(current_, [](const RingKey* a, const RingKey* b) {
        return std::pair(place_of(a), b->id) < std::pair(place_of(b), a->id);
    });
    for (const auto* key : current_) {
        if (key->purpose != KeyPurpose::index) continue;
        if (index_ == nullptr) {
            index_ = key;
        } else if (previous_index_ == nullptr) {
            previous_index_ = key;
        }
    }
    const auto rest =
        std::unique(current_.begin(), current_.end(), [](const RingKey* a, const RingKey* b) {
            return place_of(a) == place_of(b);
        });
    current_.erase(rest, current_.end());
    base_ = newest(KeyPurpose::base, 0);
    audit_ = newest(KeyPurpose::audit, 0);
    if (base_ == nullptr || index_ == nullptr || audit_ == nullptr) {
        throw std::runtime_error("the database's key ring is damaged: restore a backup");
    }
}

const RingKey* KeySet::find(std::uint32_t id) const {
    const auto found =
        std::ranges::lower_bound(by_id_, id, {}, [](const Key& key) { return key->id; });
    return found != by_id_.end() && (*found)->id == id ? found->get() : nullptr;
}

const RingKey* KeySet::dated(KeyPurpose purpose, std::uint32_t week) const {
    const auto found = std::ranges::lower_bound(current_, std::pair(purpose, week), {}, place_of);
    return found != current_.end() && (*found)->purpose == purpose ? *found : nullptr;
}

const RingKey* KeySet::newest(KeyPurpose purpose, std::uint32_t week) const {
    const auto* key = dated(purpose, week);
    return key != nullptr && key->week == week ? key : nullptr;
}

}  // namespace drawbridge::store
