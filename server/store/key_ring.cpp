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
        sealer_->use(load_keys(database, masters(database).current));
        is_changed_ = false;
    }
    const auto week = week_of(now);
    if (prepared_ == week) return;
    const bool made = make_dated(database, week);
    if (make_dated(database, week + 1) || made) {
        is_changed_ = true;
        sealer_->use(load_keys(database, masters(database).current));
    }
    prepared_ = week;
}

bool KeyRing::make_dated(Database& database, std::uint32_t week) {
    const auto keys = sealer_->keys();
    bool made = false;
    for (const auto purpose : kDatedPurposes) {
        if (keys->newest(purpose, week) != nullptr) continue;
        make_key(database, masters(database), purpose, week);
        made = true;
    }
    return made;
}

void KeyRing::ending(Database& database) {
    if (!is_changed_) return;
    next_ = load_keys(database, masters(database).current);
    is_settled_ = !is_rotation_pending(database);
    is_replaced_ = next_master_ && opens(database, *next_master_, RingRow::current);
}

bool KeyRing::committed() {
    if (is_changed_) {
        sealer_->use(std::exchange(next_, nullptr));
        if (is_replaced_) master_ = std::move(*next_master_);
        if (is_settled_ || is_replaced_) next_master_.reset();
    }
    is_changed_ = false;
    return std::exchange(log_holds_keys_, false);
}

// Asked of the rows, so that it is true whatever has become of the transactions before.
Masters KeyRing::masters(Database& database) const {
    if (!next_master_) return {master_};
    if (!opens(database, master_, RingRow::current)) return {*next_master_};
    return {master_, opens(database, *next_master_, RingRow::next) ? &*next_master_ : nullptr};
}

void KeyRing::begin_rotation(Database& database, MasterKey next) {
    is_changed_ = true;
    wrap_ring(database, master_, next);
    next_master_ = std::move(next);
}

Settled KeyRing::settle_rotation(Database& database, const MasterKey& in_place) {
    is_changed_ = true;
    log_holds_keys_ = true;
    return settle_ring(database, in_place);
}

// Not shown before the commit: when the job that began this is rolled back alone, its neighbours in
// the transaction must not have sealed under keys that are gone.
void KeyRing::renew(Database& database) {
    std::set<std::pair<KeyPurpose, std::uint32_t>> places;
    for (const auto& key : sealer_->keys()->all()) {
        places.emplace(key->purpose, key->week);
    }
    is_changed_ = true;
    const auto wrapped_by = masters(database);
    for (const auto& [purpose, week] : places) {
        make_key(database, wrapped_by, purpose, week);
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
