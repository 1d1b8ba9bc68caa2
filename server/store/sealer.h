// Authenticated encryption of columns and blind look-up of tags and names (docs/architecture.md, at
// rest). A cell is key id (u32 LE) ‖ nonce (24) ‖ ciphertext ‖ tag (16).
#pragma once

#include "base/clock.h"
#include "base/guarded.h"
#include "store/columns.h"
#include "store/database.h"
#include "store/key_set.h"
#include "store/master_key.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

namespace drawbridge::store {

/// BLAKE2b-128(index key, value): what a value is looked up by.
using TagIndex = std::array<std::uint8_t, 16>;
/// BLAKE2b-256(audit key, data): a link of the audit chain.
using ChainHash = std::array<std::uint8_t, 32>;

/// What a value is looked up by. New rows get `now`; while a re-encryption runs, rows that it has
/// not reached yet have `before`.
struct BlindIndexes {
    TagIndex now{};
    std::optional<TagIndex> before;
};

/// Any thread. Works with the keys it was last given, as an immutable snapshot.
class Sealer {
public:
    /// The keys of the database. Throws std::runtime_error with one clear sentence when the master
    /// key is not this database's.
    Sealer(Database& database, const MasterKey& master);
    explicit Sealer(std::shared_ptr<const KeySet> keys);
    ~Sealer() = default;
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;

    void use(std::shared_ptr<const KeySet> keys);
    [[nodiscard]] std::shared_ptr<const KeySet> keys() const;

    /// XChaCha20-Poly1305 under the base key; associated data = column id and `row_id`, the row's
    /// own stable id (event id, ban number …), so that cells cannot be swapped.
    [[nodiscard]] Bytes seal(Column column, ByteView row_id, ByteView plain) const;
    /// Under the key of `purpose` (a dated one) for the week of `received_at`. Throws StoreError
    /// (unavailable) when there is none yet: the clock jumped, and the next transaction makes it.
    [[nodiscard]] Bytes seal_dated(
        KeyPurpose purpose,
        base::UnixMs received_at,
        Column column,
        ByteView row_id,
        ByteView plain
    ) const;
    /// Nothing when the cell was altered or moved, or its key was destroyed.
    [[nodiscard]] std::optional<Bytes> open(Column column, ByteView row_id, ByteView cell) const;

    /// False: another key has taken the place of the one this cell is under, or there is no such
    /// key.
    [[nodiscard]] bool is_current(ByteView cell) const;
    /// As `seal`, under the newest key with the purpose and week of the one that `cell`, which was
    /// opened, is under.
    [[nodiscard]] Bytes seal_anew(ByteView cell, Column column, ByteView row_id, ByteView plain)
        const;

    [[nodiscard]] BlindIndexes indexes(ByteView tag) const;
    /// Of a text of the column, so that equal texts of two columns have nothing in common.
    [[nodiscard]] BlindIndexes indexes(Column column, ByteView text) const;

    /// The audit key that new entries are chained under; stored with each entry.
    [[nodiscard]] std::uint32_t audit_key_id() const;
    [[nodiscard]] ChainHash chain_hash(ByteView data) const;
    /// Under the key an entry names, for verification. Nothing when there is no such key.
    [[nodiscard]] std::optional<ChainHash> chain_hash(std::uint32_t key_id, ByteView data) const;

private:
    base::Guarded<std::shared_ptr<const KeySet>> keys_;
};

/// The id of the key a cell is sealed under. Nothing when it is too short to be a cell.
[[nodiscard]] std::optional<std::uint32_t> key_of(ByteView cell);

}  // namespace drawbridge::store
