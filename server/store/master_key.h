// The instance's master key: the one key outside the database. It wraps all others.
#pragma once

#include "store/key_arena.h"

#include <array>
#include <cstdint>
#include <filesystem>

namespace drawbridge::store {

using Key256 = std::array<std::uint8_t, 32>;

/// The 32 bytes of `master.key`, in locked memory, wiped when dropped.
class MasterKey {
public:
    /// Throws std::runtime_error naming the file and what to do (missing, wrong size, readable by
    /// others: must be 0600 and owned by us).
    static MasterKey load(const std::filesystem::path& file);
    /// A credential of the service manager, which keeps it private by other means than its mode.
    static MasterKey load_credential(const std::filesystem::path& file);
    /// Makes a new key file, 0600, written and fsynced before it has its name. Never overwrites.
    static MasterKey create(const std::filesystem::path& file);
    /// A new key that stands nowhere yet.
    static MasterKey generate();

    explicit MasterKey(const Secret& key) : key_(key) {}

    [[nodiscard]] const Key256& bytes() const { return key_->bytes(); }

    [[nodiscard]] MasterKey copy() const { return MasterKey(*key_); }

    /// Constant time.
    friend bool operator==(const MasterKey& a, const MasterKey& b) { return *a.key_ == *b.key_; }

private:
    LockedSecret key_;
};

}  // namespace drawbridge::store
