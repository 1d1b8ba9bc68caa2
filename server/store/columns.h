// Permanent ids of sealed columns and the associated data of their cells.
#pragma once

#include "store/database.h"

#include <array>
#include <cstdint>

namespace drawbridge::store {

/// Part of the associated data, so never renumbered or reused.
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
    audit_texts = 11,
    server_name = 12,
    owner_name = 13,
    owner_contact = 14,
    admin_name = 15,
    ban_decided_by = 16,
    player_name = 17,
    request_texts = 18,
    removal_name = 19,
    removal_staff = 20,
    removal_reason = 21,
    ban_change_who = 22,
    ban_change_reason = 23,
    case_decided_by = 24,
    case_note = 25,
    appeal_contact = 26,
    appeal_message_who = 27,
    appeal_message_text = 28,
    ban_evidence = 29,
    ruling_staff = 32,
    ruling_reason = 33,
};

/// Column id (u16 LE) ‖ row id: the ids have a fixed width, so pairs never read alike. On the
/// stack, since it is made for every cell.
class AssociatedData {
public:
    /// Throws std::logic_error when `row_id` is longer than kMaxRowId.
    AssociatedData(Column column, ByteView row_id);

    [[nodiscard]] ByteView view() const { return {bytes_.data(), size_}; }

    static constexpr std::size_t kMaxRowId = 62;

private:
    std::array<std::uint8_t, 2 + kMaxRowId> bytes_;
    std::size_t size_;
};

/// Row id of a table with an integer key: 8 bytes, little-endian.
[[nodiscard]] std::array<std::uint8_t, 8> row_id(std::int64_t key);

/// Of the table `names`: its key in one number, from the second column of the key, below this.
inline constexpr std::int64_t kNameSlots = 8;

[[nodiscard]] constexpr std::int64_t name_row(std::int64_t profile, std::int64_t slot) {
    return profile * kNameSlots + slot;
}

}  // namespace drawbridge::store
