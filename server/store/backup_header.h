// The first bytes of a backup: what it is, in clear, and the key of its content, wrapped by the
// master key. Integers are little-endian.
//
//   header := magic[8]="DRBGBAK1" version[4]=1 schema[4] created_at[8] number[8] journal[8]
//             plain_size[8] database_id[16] kind[1] zero[7] slot[72] slot[72]
//
// All before the slots is associated data of the content, so that it cannot be changed. Each slot
// is the file key wrapped by one master key, or zeros; there are two, so that another master key
// can take over in place without a moment in which none opens the file.
#pragma once

#include "base/clock.h"
#include "store/descriptor.h"
#include "store/key_wrap.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace drawbridge::store {

/// What is wrong with a backup, with its name and the place.
class BackupError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Why it was made. The numbers are stored: never renumber.
enum class BackupKind : std::uint8_t { start = 1, scheduled = 2, asked = 3, migration = 4 };
[[nodiscard]] std::string_view backup_kind_name(BackupKind kind);

struct BackupFacts {
    std::uint32_t schema = 0;
    base::UnixMs created_at = 0;   // of the snapshot
    std::uint64_t number = 0;      // goes up by one in its folder, whatever the clock does
    std::uint64_t journal = 0;     // the last journal record the snapshot knows
    std::uint64_t plain_size = 0;  // of the database file
    std::array<std::uint8_t, 16> database_id{};
    BackupKind kind = BackupKind::scheduled;

    friend bool operator==(const BackupFacts&, const BackupFacts&) = default;
};

inline constexpr std::size_t kBackupFactsBytes = 72;
inline constexpr std::size_t kBackupSlots = 2;
inline constexpr std::size_t kBackupHeaderBytes =
    kBackupFactsBytes + kBackupSlots * kWrappedKeyBytes;

using FactBytes = std::array<std::uint8_t, kBackupFactsBytes>;
using KeySlot = std::array<std::uint8_t, kWrappedKeyBytes>;

struct BackupHeader {
    BackupFacts facts;
    FactBytes fact_bytes{};  // as they stand in the file: the content's associated data
    std::array<KeySlot, kBackupSlots> slots{};
};

[[nodiscard]] FactBytes encode_facts(const BackupFacts& facts);

/// A new file key in the first slot, the second empty.
[[nodiscard]] BackupHeader
make_backup_header(const BackupFacts& facts, const MasterKey& master, const Secret& file_key);
[[nodiscard]] Bytes encode_header(const BackupHeader& header);

/// From the start of `file`; `name` is for messages. Throws BackupError.
[[nodiscard]] BackupHeader read_backup_header(Descriptor& file, std::string_view name);

/// The slot that this master key opens, and what is in it.
struct OpenedSlot {
    std::size_t index = 0;
    Secret file_key;
};

[[nodiscard]] std::optional<OpenedSlot>
open_slot(const BackupHeader& header, const MasterKey& master);

[[nodiscard]] std::uint64_t slot_offset(std::size_t index);
[[nodiscard]] KeySlot wrap_file_key(const MasterKey& master, const Secret& file_key);

}  // namespace drawbridge::store
