// Stored form of every sealed value: nonce (24) ‖ ciphertext ‖ tag (16).
#include "store/sealer.h"

#include "store/files.h"
#include "store/meta.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace drawbridge::store {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
// Associated data of the wrapped keys; a data key never opens as an index key.
constexpr std::string_view kWrapDataKey = "drawbridge wrap data-key";
constexpr std::string_view kWrapIndexKey = "drawbridge wrap index-key";

void require_sodium() {
    // Idempotent; -1 means no usable source of randomness: never go on.
    if (sodium_init() < 0) throw std::runtime_error("libsodium could not start: no randomness");
}

Bytes encrypt(const Key256& key, ByteView associated, ByteView plain) {
    Bytes out(kNonce + plain.size() + kTag);
    randombytes_buf(out.data(), kNonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        out.data() + kNonce,
        nullptr,
        plain.data(),
        plain.size(),
        associated.data(),
        associated.size(),
        nullptr,
        out.data(),
        key.data()
    );
    return out;
}

std::optional<Bytes> decrypt(const Key256& key, ByteView associated, ByteView sealed) {
    if (sealed.size() < kNonce + kTag) return std::nullopt;
    Bytes out(sealed.size() - kNonce - kTag);
    const int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
        out.data(),
        nullptr,
        nullptr,
        sealed.data() + kNonce,
        sealed.size() - kNonce,
        associated.data(),
        associated.size(),
        sealed.data(),
        key.data()
    );
    if (result != 0) return std::nullopt;
    return out;
}

void wrap_new_key(
    Database& database,
    const MasterKey& master,
    std::string_view name,
    std::string_view purpose
) {
    Key256 key{};
    randombytes_buf(key.data(), key.size());
    write_meta(database, name, encrypt(master.bytes(), as_bytes(purpose), key));
    sodium_memzero(key.data(), key.size());
}

Key256 unwrap(
    Database& database,
    const MasterKey& master,
    std::string_view name,
    std::string_view purpose
) {
    const auto wrapped = read_meta(database, name);
    if (!wrapped) {
        throw std::runtime_error(
            "the database holds no keys: init did not finish, start again in an empty folder"
        );
    }
    auto plain = decrypt(master.bytes(), as_bytes(purpose), *wrapped);
    if (!plain || plain->size() != Key256().size()) {
        throw std::runtime_error(
            "master.key is not the key of this database: put back the master.key it was made with"
        );
    }
    Key256 key{};
    std::copy(plain->begin(), plain->end(), key.begin());
    sodium_memzero(plain->data(), plain->size());
    return key;
}

// Column ids have a fixed width, so (column, row) pairs never read alike.
Bytes associated_data(Column column, ByteView row_id) {
    const auto id = static_cast<std::uint16_t>(column);
    Bytes out;
    out.reserve(2 + row_id.size());
    out.push_back(static_cast<std::uint8_t>(id & 0xffU));
    out.push_back(static_cast<std::uint8_t>(id >> 8U));
    out.insert(out.end(), row_id.begin(), row_id.end());
    return out;
}

}  // namespace

MasterKey MasterKey::load(const std::filesystem::path& file) {
    std::error_code unreadable;  // opening it will say why
    if (!std::filesystem::exists(file, unreadable) && !unreadable) {
        throw std::runtime_error(fmt::format(
            "{} is missing: put back the file that init made; nothing else opens the database",
            file.string()
        ));
    }
    if (const auto problem = privacy_problem(file); !problem.empty()) {
        throw std::runtime_error(problem);
    }
    return load_credential(file);
}

MasterKey MasterKey::load_credential(const std::filesystem::path& file) {
    require_sodium();
    auto content = read_file(file, 4096);
    MasterKey key;
    if (content.size() != key.bytes_.size()) {
        throw std::runtime_error(fmt::format(
            "{} must hold 32 bytes but holds {}: put back the file that init made",
            file.string(),
            content.size()
        ));
    }
    std::copy(content.begin(), content.end(), key.bytes_.begin());
    sodium_memzero(content.data(), content.size());
    return key;
}

MasterKey MasterKey::create(const std::filesystem::path& file) {
    MasterKey key;
    require_sodium();
    randombytes_buf(key.bytes_.data(), key.bytes_.size());
    write_file(file, key.bytes_, Existing::refuse);
    return key;
}

MasterKey::MasterKey(MasterKey&& other) noexcept : bytes_(other.bytes_) {
    sodium_memzero(other.bytes_.data(), other.bytes_.size());
}

MasterKey::~MasterKey() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

void Sealer::create_keys(Database& database, const MasterKey& master) {
    if (read_meta(database, meta::kDataKey)) {
        throw std::runtime_error("this database has its keys already");
    }
    wrap_new_key(database, master, meta::kDataKey, kWrapDataKey);
    wrap_new_key(database, master, meta::kIndexKey, kWrapIndexKey);
}

Sealer::Sealer(Database& database, const MasterKey& master)
    : data_key_(unwrap(database, master, meta::kDataKey, kWrapDataKey)),
      index_key_(unwrap(database, master, meta::kIndexKey, kWrapIndexKey)) {}

Sealer::~Sealer() {
    sodium_memzero(data_key_.data(), data_key_.size());
    sodium_memzero(index_key_.data(), index_key_.size());
}

Bytes Sealer::seal(Column column, ByteView row_id, ByteView plain) const {
    return encrypt(data_key_, associated_data(column, row_id), plain);
}

std::optional<Bytes> Sealer::open(Column column, ByteView row_id, ByteView sealed) const {
    return decrypt(data_key_, associated_data(column, row_id), sealed);
}

TagIndex Sealer::index(ByteView tag) const {
    TagIndex out{};
    crypto_generichash(
        out.data(),
        out.size(),
        tag.data(),
        tag.size(),
        index_key_.data(),
        index_key_.size()
    );
    return out;
}

}  // namespace drawbridge::store
