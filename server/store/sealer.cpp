#include "store/sealer.h"

#include "store/aead.h"
#include "store/ring_keys.h"

#include <sodium.h>

#include <span>
#include <stdexcept>
#include <utility>

namespace drawbridge::store {
namespace {

constexpr std::size_t kKeyId = 4;

Bytes seal_under(const RingKey& key, Column column, ByteView row_id, ByteView plain) {
    Bytes cell(kKeyId + plain.size() + kAeadOverhead);
    for (std::size_t i = 0; i < kKeyId; ++i) {
        cell[i] = static_cast<std::uint8_t>(key.id >> (8 * i));
    }
    aead_encrypt(
        key.secret->bytes(),
        AssociatedData(column, row_id).view(),
        plain,
        std::span(cell).subspan(kKeyId)
    );
    return cell;
}

template <std::size_t N>
std::array<std::uint8_t, N> keyed_hash(const RingKey& key, ByteView data) {
    std::array<std::uint8_t, N> out{};
    crypto_generichash(
        out.data(),
        N,
        data.data(),
        data.size(),
        key.secret->bytes().data(),
        kKeyBytes
    );
    return out;
}

BlindIndexes indexes_under(const KeySet& keys, ByteView value) {
    BlindIndexes indexes;
    indexes.now = keyed_hash<TagIndex().size()>(keys.index(), value);
    if (const auto* previous = keys.previous_index()) {
        indexes.before = keyed_hash<TagIndex().size()>(*previous, value);
    }
    return indexes;
}

}  // namespace

Sealer::Sealer(Database& database, const MasterKey& master) : Sealer(load_keys(database, master)) {}

Sealer::Sealer(std::shared_ptr<const KeySet> keys) : keys_(std::move(keys)) {}

void Sealer::use(std::shared_ptr<const KeySet> keys) {
    keys_.with([&](auto& held) { held.swap(keys); });
}

std::shared_ptr<const KeySet> Sealer::keys() const {
    return keys_.with([](const auto& held) { return held; });
}

Bytes Sealer::seal(Column column, ByteView row_id, ByteView plain) const {
    return seal_under(keys()->base(), column, row_id, plain);
}

Bytes Sealer::seal_dated(
    KeyPurpose purpose,
    base::UnixMs received_at,
    Column column,
    ByteView row_id,
    ByteView plain
) const {
    const auto held = keys();
    const auto* key = held->dated(purpose, week_of(received_at));
    if (key == nullptr) throw StoreError("there is no key for this week yet", Fault::unavailable);
    return seal_under(*key, column, row_id, plain);
}

std::optional<Bytes> Sealer::open(Column column, ByteView row_id, ByteView cell) const {
    const auto id = key_of(cell);
    if (!id) return std::nullopt;
    const auto held = keys();
    const auto* key = held->find(*id);
    if (key == nullptr) return std::nullopt;
    const auto sealed = cell.subspan(kKeyId);
    Bytes plain(sealed.size() - kAeadOverhead);
    const AssociatedData associated(column, row_id);
    if (!aead_decrypt(key->secret->bytes(), associated.view(), sealed, plain)) return std::nullopt;
    return plain;
}

bool Sealer::is_current(ByteView cell) const {
    const auto id = key_of(cell);
    if (!id) return false;
    const auto held = keys();
    const auto* key = held->find(*id);
    return key != nullptr && held->newest(key->purpose, key->week) == key;
}

Bytes Sealer::seal_anew(ByteView cell, Column column, ByteView row_id, ByteView plain) const {
    const auto held = keys();
    const auto* key = held->find(key_of(cell).value_or(0));
    if (key == nullptr) throw std::logic_error("the key of an opened cell is not there");
    return seal_under(*held->newest(key->purpose, key->week), column, row_id, plain);
}

BlindIndexes Sealer::indexes(ByteView tag) const {
    return indexes_under(*keys(), tag);
}

BlindIndexes Sealer::indexes(Column column, ByteView text) const {
    const auto id = static_cast<std::uint16_t>(column);
    Bytes value{static_cast<std::uint8_t>(id & 0xffU), static_cast<std::uint8_t>(id >> 8U)};
    value.insert(value.end(), text.begin(), text.end());
    return indexes_under(*keys(), value);
}

std::uint32_t Sealer::audit_key_id() const {
    return keys()->audit().id;
}

ChainHash Sealer::chain_hash(ByteView data) const {
    return keyed_hash<ChainHash().size()>(keys()->audit(), data);
}

std::optional<ChainHash> Sealer::chain_hash(std::uint32_t key_id, ByteView data) const {
    const auto held = keys();
    const auto* key = held->find(key_id);
    if (key == nullptr || key->purpose != KeyPurpose::audit) return std::nullopt;
    return keyed_hash<ChainHash().size()>(*key, data);
}

std::optional<std::uint32_t> key_of(ByteView cell) {
    if (cell.size() < kKeyId + kAeadOverhead) return std::nullopt;
    std::uint32_t id = 0;
    for (std::size_t i = kKeyId; i-- > 0;) {
        id = id << 8 | cell[i];
    }
    return id;
}

}  // namespace drawbridge::store
