#include "store/ring_keys.h"

#include "store/aead.h"
#include "store/legacy_keys.h"
#include "store/migrations.h"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace drawbridge::store {
namespace {

constexpr int kRingSchema = 3;  // the first with a table `keyring`
constexpr const char* kWrongMaster =
    "master.key is not the key of this database: put back the master.key it was made with";
constexpr const char* kDamaged = "the database's key ring is damaged: restore a backup";

// One altered slot is no wrong master key, so all are tried.
bool any_opens(const std::vector<RingSlot>& slots, const MasterKey& master) {
    return std::ranges::any_of(slots, [&](const RingSlot& slot) {
        return unwrap_key(master, wrap_purpose(slot), slot.wrapped).has_value();
    });
}

KeySet::Key open_slot(const RingSlot& slot, const MasterKey& master) {
    const auto secret = unwrap_key(master, wrap_purpose(slot), slot.wrapped);
    if (!secret) throw std::runtime_error(kDamaged);
    RingKey key;
    key.id = slot.id;
    key.purpose = static_cast<KeyPurpose>(slot.purpose);
    key.week = slot.week;
    key.secret = LockedSecret(*secret);
    return std::make_shared<const RingKey>(std::move(key));
}

void put(
    KeyringTable& table,
    RingRow row,
    RingSlot slot,
    const MasterKey& master,
    const Secret& key
) {
    std::ranges::copy(wrap_key(master, wrap_purpose(slot), key.bytes()), slot.wrapped.begin());
    table.write(row, slot);
}

}  // namespace

void require_master_key(Database& database, const MasterKey& master) {
    const int schema = schema_of(database);
    if (schema == 0) return;
    const bool ours =
        schema < kRingSchema
            ? legacy_key(database, master, kLegacyDataKey).has_value()
            : opens(database, master, RingRow::current) || opens(database, master, RingRow::next);
    if (!ours) throw std::runtime_error(kWrongMaster);
}

bool opens(Database& database, const MasterKey& master, RingRow row) {
    return any_opens(KeyringTable(database).read(row), master);
}

std::shared_ptr<const KeySet> load_keys(Database& database, const MasterKey& master) {
    KeyringTable table(database);
    auto slots = table.read(RingRow::current);
    if (!any_opens(slots, master)) slots = table.read(RingRow::next);
    if (!any_opens(slots, master)) throw std::runtime_error(kWrongMaster);
    std::vector<KeySet::Key> keys;
    for (const auto& slot : slots) {
        keys.push_back(open_slot(slot, master));
    }
    return std::make_shared<const KeySet>(std::move(keys));
}

std::uint32_t add_key(
    Database& database,
    Masters masters,
    KeyPurpose purpose,
    std::uint32_t week,
    const Secret& key
) {
    KeyringTable table(database);
    const auto slot = table.allocate(static_cast<std::uint32_t>(purpose), week);
    put(table, RingRow::current, slot, masters.current, key);
    if (masters.next != nullptr) put(table, RingRow::next, slot, *masters.next, key);
    return slot.id;
}

std::uint32_t
make_key(Database& database, Masters masters, KeyPurpose purpose, std::uint32_t week) {
    require_sodium();
    Secret key;
    randombytes_buf(key.data(), kKeyBytes);
    return add_key(database, masters, purpose, week, key);
}

void destroy_keys(Database& database, const std::set<std::uint32_t>& ids) {
    KeyringTable table(database);
    for (const auto row : {RingRow::current, RingRow::next}) {
        for (const auto& slot : table.read(row)) {
            if (ids.contains(slot.id)) table.erase(row, slot.position);
        }
    }
}

}  // namespace drawbridge::store
