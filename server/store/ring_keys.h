// Wrapping and unwrapping the keys of the table `keyring`. Thread of the connection.
#pragma once

#include "store/key_set.h"
#include "store/keyring_table.h"
#include "store/master_key.h"

#include <cstdint>
#include <memory>
#include <set>

namespace drawbridge::store {

/// Throws std::runtime_error with one clear sentence when `master` is not the key of the database,
/// whatever its schema; changes nothing. A database without tables has no key to be wrong about.
void require_master_key(Database& database, const MasterKey& master);

/// True when the row holds keys and they open under `master`.
[[nodiscard]] bool opens(Database& database, const MasterKey& master, RingRow row);

/// All keys of the ring, from the row that opens under `master`. Throws std::runtime_error.
[[nodiscard]] std::shared_ptr<const KeySet> load_keys(Database& database, const MasterKey& master);

/// The masters a new key is wrapped by; `next` while the master key is being replaced, else null.
struct Masters {
    const MasterKey& current;
    const MasterKey* next = nullptr;
};

/// In a transaction. The id of the key in its slot.
std::uint32_t add_key(
    Database& database,
    Masters masters,
    KeyPurpose purpose,
    std::uint32_t week,
    const Secret& key
);
/// A new random key.
std::uint32_t make_key(Database& database, Masters masters, KeyPurpose purpose, std::uint32_t week);
/// Zeros over their slots, in both rows. Gone from the file with the next Database::truncate_log.
void destroy_keys(Database& database, const std::set<std::uint32_t>& ids);

}  // namespace drawbridge::store
