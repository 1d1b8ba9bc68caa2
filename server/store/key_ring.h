// The keys of a running instance: the store thread makes, destroys and exchanges them in the table
// `keyring`; what it has committed is shown to all threads through one Sealer.
#pragma once

#include "store/key_rotation.h"
#include "store/key_set.h"
#include "store/master_key.h"
#include "store/ring_keys.h"
#include "store/sealer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>

namespace drawbridge::store {

/// Built before the store thread starts, then used on it alone; `sealer` from any thread.
class KeyRing {
public:
    /// Throws std::runtime_error with one clear sentence when the master key is not this
    /// database's.
    KeyRing(Database& database, MasterKey master);

    [[nodiscard]] std::shared_ptr<const Sealer> sealer() const { return sealer_; }

    /// Every transaction begins with this: the dated keys of this and the next week are there. Made
    /// once a week; else it costs a comparison. Throws StoreError.
    void begun(Database& database, base::UnixMs now);
    /// The last thing in every transaction. Throws StoreError.
    void ending(Database& database);
    /// After every commit: shows what has become of the keys. True: one was destroyed, so the log
    /// must be emptied; also the first time, when nobody knows how the last run ended.
    [[nodiscard]] bool committed();

    /// The transaction under way leaves other keys than are shown now.
    [[nodiscard]] bool is_changing() const { return is_changed_; }

    /// In a transaction: another key beside each one there is. What is sealed from the commit on is
    /// under these.
    void renew(Database& database);
    /// In a transaction, when no cell is under them any more: the keys that `renew` has put another
    /// one beside are overwritten, all but those the audit is chained under. How many.
    int destroy_replaced(Database& database);

    /// Whether this is the master key the ring is wrapped by.
    [[nodiscard]] bool is_master(const MasterKey& master) const { return master == master_; }

    /// In a transaction: all keys stand wrapped by `next` as well, also those made later. Nothing
    /// else changes before `settle_rotation`.
    void begin_rotation(Database& database, MasterKey next);
    /// In a transaction: from now on all are wrapped by `in_place` alone, which is the present
    /// master key or the next one.
    Settled settle_rotation(Database& database, const MasterKey& in_place);

    /// In a transaction, when all rows received before `week` are gone: their keys of `purpose` are
    /// overwritten. True: there were any. Once the log was emptied neither file holds them.
    bool destroy_dated(Database& database, KeyPurpose purpose, std::uint32_t week);

private:
    /// True: there were any.
    bool destroy(Database& database, const std::set<std::uint32_t>& ids);
    /// As the rows of the ring open.
    [[nodiscard]] Masters masters(Database& database) const;
    /// True: made at least one.
    [[nodiscard]] bool make_dated(Database& database, std::uint32_t week);

    MasterKey master_;
    std::optional<MasterKey> next_master_;  // from begin_rotation until it is settled
    const std::shared_ptr<Sealer> sealer_;
    std::optional<std::uint32_t> prepared_;  // the week `begun` has made keys for
    bool is_changed_ = false;                // by the transaction under way, or by one undone
    bool log_holds_keys_ = true;
    std::shared_ptr<const KeySet> next_;  // what the transaction under way leaves
    bool is_settled_ = false;             // the same: next_master_ is not needed any more …
    bool is_replaced_ = false;            // … or has become the master key
};

}  // namespace drawbridge::store
