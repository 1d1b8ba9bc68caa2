// Authenticated encryption of columns and blind look-up of tags (docs/architecture.md, at rest).
#pragma once

#include "store/database.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace drawbridge::store {

/// Permanent ids of sealed columns: part of the associated data, so never renumbered or reused.
enum class Column : std::uint16_t {
    server_secret = 1,
    tag_key = 2,
    tag_value = 3,
    event_payload = 4,
    event_result = 5,
    ban_reason = 6,
    ban_issuer = 7,
    session_tags = 8,
    rotation_answer = 9,
    ban_decision = 10,
};

using Key256 = std::array<std::uint8_t, 32>;
/// BLAKE2b-128(index key, tag): what a tag is looked up by.
using TagIndex = std::array<std::uint8_t, 16>;

/// The 32 bytes of `master.key`, wiped when dropped.
class MasterKey {
public:
    /// Throws std::runtime_error naming the file and what to do (missing, wrong size, readable by
    /// others: must be 0600 and owned by us).
    static MasterKey load(const std::filesystem::path& file);
    /// A credential of the service manager, which keeps it private by other means than its mode.
    static MasterKey load_credential(const std::filesystem::path& file);
    /// Makes a new key file, 0600, written and fsynced before it has its name. Never overwrites.
    static MasterKey create(const std::filesystem::path& file);
    MasterKey(const MasterKey&) = delete;
    MasterKey& operator=(const MasterKey&) = delete;
    MasterKey(MasterKey&& other) noexcept;
    MasterKey& operator=(MasterKey&&) = delete;
    ~MasterKey();

    [[nodiscard]] const Key256& bytes() const { return bytes_; }

private:
    MasterKey() = default;
    Key256 bytes_{};
};

/// Immutable after construction: any thread. Holds the data and index key, unwrapped from `meta`.
class Sealer {
public:
    /// Makes data and index keys and stores them wrapped by the master key; once per database.
    static void create_keys(Database& database, const MasterKey& master);
    /// Throws std::runtime_error with one clear sentence when the master key is not this
    /// database's.
    Sealer(Database& database, const MasterKey& master);
    ~Sealer();
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;

    /// XChaCha20-Poly1305, random nonce in front; associated data = column id and `row_id`, the
    /// row's own stable id (event id, ban number …), so that cells cannot be swapped.
    [[nodiscard]] Bytes seal(Column column, ByteView row_id, ByteView plain) const;
    /// Nothing when the cell was altered, moved or sealed under another key.
    [[nodiscard]] std::optional<Bytes> open(Column column, ByteView row_id, ByteView sealed) const;
    [[nodiscard]] TagIndex index(ByteView tag) const;

private:
    Key256 data_key_{};
    Key256 index_key_{};
};

}  // namespace drawbridge::store
