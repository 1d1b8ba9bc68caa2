// The table `keyring`: wrapped keys in blobs of fixed size that are overwritten in place, so that
// the file keeps no old copy of a wrapped key.
//
// A row, little-endian:
//   header (16 bytes)  layout u32 = 1 ‖ next key id u32 ‖ zeros
//   4,608 slots of 84  key id u32 (0: free) ‖ purpose u32 ‖ week u32 ‖ wrapped key (72)
// That is eight years of weekly keys of five purposes, twice over, and 432 more. A key is wrapped
// for the purpose "drawbridge ring-key <id> <purpose> <week>", so that slots cannot be exchanged.
#pragma once

#include "store/database.h"
#include "store/key_wrap.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace drawbridge::store {

/// Row 1 is wrapped by the master key. Row 2 is zeros but while the master key is being replaced:
/// then the same keys, in the same slots, wrapped by the next one.
enum class RingRow : std::uint8_t { current = 1, next = 2 };

inline constexpr std::size_t kRingSlots = 4608;

struct RingSlot {
    std::size_t position = 0;
    std::uint32_t id = 0;
    std::uint32_t purpose = 0;  // a KeyPurpose
    std::uint32_t week = 0;
    std::array<std::uint8_t, kWrappedKeyBytes> wrapped{};
};

/// What the key in a slot is wrapped for.
[[nodiscard]] std::string wrap_purpose(const RingSlot& slot);

/// Thread of the connection; what writes belongs into a transaction. Throws StoreError.
class KeyringTable {
public:
    explicit KeyringTable(Database& database) : database_(database) {}

    /// Both rows, without a key. Once per database.
    void create();

    /// The used slots. Throws std::runtime_error when the row has another size or layout.
    [[nodiscard]] std::vector<RingSlot> read(RingRow row);
    /// A slot with an id that was never used before and a position that is free. Nothing is written
    /// but the count of ids.
    [[nodiscard]] RingSlot allocate(std::uint32_t purpose, std::uint32_t week);
    void write(RingRow row, const RingSlot& slot);
    void erase(RingRow row, std::size_t position);
    /// Zeros over a whole row; the count of ids stands in row 1.
    void erase_row(RingRow row);

private:
    Database& database_;
};

}  // namespace drawbridge::store
