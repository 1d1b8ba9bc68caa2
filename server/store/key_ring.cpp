#include "store/key_ring.h"

#include "store/ring_keys.h"

#include <set>
#include <utility>

namespace drawbridge::store {

KeyRing::KeyRing(Database& database, MasterKey master)
    : master_(std::move(master)),
      sealer_(std::make_shared<Sealer>(database, master_)) {}

// The new keys are shown before they are committed, so that this very transaction can seal under
// them. Nobody else seals; when it is undone, so is every cell, and the next one reads the ring
// anew.
void KeyRing::begun(Database& database, base::UnixMs now) {
    if (is_changed_) {
        prepared_.reset();
        sealer_->use(load_keys(database, master_));
        is_changed_ = false;
    }
    const auto week = week_of(now);
    if (prepared_ == week) return;
    const bool made = make_dated(database, week);
    if (make_dated(database, week + 1) || made) {
        is_changed_ = true;
        sealer_->use(load_keys(database, master_));
    }
    prepared_ = week;
}

bool KeyRing::make_dated(Database& database, std::uint32_t week) {
    const auto keys = sealer_->keys();
    bool made = false;
    for (const auto purpose : kDatedPurposes) {
        if (keys->newest(purpose, week) != nullptr) continue;
        make_key(database, {master_}, purpose, week);
        made = true;
    }
    return made;
}

void KeyRing::ending(Database& database) {
    if (is_changed_) next_ = load_keys(database, master_);
}

bool KeyRing::committed() {
    if (is_changed_) sealer_->use(std::exchange(next_, nullptr));
    is_changed_ = false;
    return std::exchange(log_holds_keys_, false);
}

// Not shown before the commit: when the job that began this is rolled back alone, its neighbours in
// the transaction must not have sealed under keys that are gone.
void KeyRing::renew(Database& database) {
    std::set<std::pair<KeyPurpose, std::uint32_t>> places;
    for (const auto& key : sealer_->keys()->all()) {
        places.emplace(key->purpose, key->week);
    }
    is_changed_ = true;
    for (const auto& [purpose, week] : places) {
        make_key(database, {master_}, purpose, week);
    }
}

int KeyRing::destroy_replaced(Database& database) {
    const auto keys = sealer_->keys();
    std::set<std::uint32_t> ids;
    for (const auto& key : keys->all()) {
        if (key->purpose == KeyPurpose::audit) continue;
        if (keys->newest(key->purpose, key->week) != key.get()) ids.insert(key->id);
    }
    destroy(database, ids);
    return static_cast<int>(ids.size());
}

bool KeyRing::destroy_dated(Database& database, KeyPurpose purpose, std::uint32_t week) {
    std::set<std::uint32_t> ids;
    for (const auto& key : sealer_->keys()->all()) {
        if (key->purpose == purpose && key->week < week) ids.insert(key->id);
    }
    return destroy(database, ids);
}

bool KeyRing::destroy(Database& database, const std::set<std::uint32_t>& ids) {
    if (ids.empty()) return false;
    is_changed_ = true;
    log_holds_keys_ = true;
    destroy_keys(database, ids);
    return true;
}

}  // namespace drawbridge::store
