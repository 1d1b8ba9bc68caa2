// The unwrapped keys of an instance at one moment. Immutable: any thread.
#pragma once

#include "store/key_arena.h"
#include "store/key_purpose.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace drawbridge::store {

struct RingKey {
    std::uint32_t id = 0;  // never reused; the newer key has the greater id
    KeyPurpose purpose = KeyPurpose::base;
    std::uint32_t week = 0;  // of a dated key, else 0
    LockedSecret secret;
};

class KeySet {
public:
    using Key = std::shared_ptr<const RingKey>;

    /// Throws std::runtime_error when a base, index or audit key is missing.
    explicit KeySet(std::vector<Key> keys);

    /// Null when there is no such key (any more).
    [[nodiscard]] const RingKey* find(std::uint32_t id) const;
    /// The newest of its purpose and week, which is what is sealed under. Null: there is none.
    [[nodiscard]] const RingKey* newest(KeyPurpose purpose, std::uint32_t week) const;
    /// The key that rows received in `week` are sealed under: that week's, else that of the next
    /// later week that has one, so that it never goes before its rows. Null: there is none.
    [[nodiscard]] const RingKey* dated(KeyPurpose purpose, std::uint32_t week) const;

    [[nodiscard]] const RingKey& base() const { return *base_; }

    [[nodiscard]] const RingKey& index() const { return *index_; }

    [[nodiscard]] const RingKey& audit() const { return *audit_; }

    /// The index key before, while a re-encryption has not replaced it everywhere. Else null.
    [[nodiscard]] const RingKey* previous_index() const { return previous_index_; }

    [[nodiscard]] const std::vector<Key>& all() const { return by_id_; }

private:
    std::vector<Key> by_id_;               // ascending
    std::vector<const RingKey*> current_;  // by purpose and week, the newest of each
    const RingKey* base_ = nullptr;
    const RingKey* index_ = nullptr;
    const RingKey* audit_ = nullptr;
    const RingKey* previous_index_ = nullptr;
};

}  // namespace drawbridge::store
