#include "store/key_ring.h"

#include "store/ring_keys.h"

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

bool KeyRing::destroy_dated(Database& database, KeyPurpose purpose, std::uint32_t week) {
    bool destroyed = false;
    for (const auto& key : sealer_->keys()->all()) {
        if (key->purpose != purpose || key->week >= week) continue;
        destroy_key(database, key->id);
        destroyed = true;
    }
    is_changed_ = is_changed_ || destroyed;
    log_holds_keys_ = log_holds_keys_ || destroyed;
    return destroyed;
}

}  // namespace drawbridge::store
