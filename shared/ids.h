// Names of servers, owners, keys, bans, events and list positions (docs/protocol.md §2): parsed
// strictly, printed in their one form. Pure functions and values.
#pragma once

#include "shared/encoding.h"
#include "shared/fixed_text.h"
#include "shared/limits.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge {

// `srv_` or `own_` + 12 of a-z2-7: 60 random bits.
using IdText = FixedText<4 + kIdRandomLength>;
[[nodiscard]] bool is_server_id(std::string_view text);
[[nodiscard]] bool is_owner_id(std::string_view text);
// From the low 60 bits of caller's randomness.
[[nodiscard]] IdText print_server_id(std::uint64_t random);
[[nodiscard]] IdText print_owner_id(std::uint64_t random);

// `<server id>:<generation>`, or `enrol:<server id>` for a one-time code.
struct KeyId {
    IdText server_id;
    std::uint64_t generation = 0;  // 0: a one-time code

    [[nodiscard]] bool is_enrolment() const { return generation == 0; }

    friend bool operator==(const KeyId&, const KeyId&) = default;
};

using KeyIdText = FixedText<kMaxKeyIdLength>;
[[nodiscard]] std::optional<KeyId> parse_key_id(std::string_view text);
[[nodiscard]] KeyIdText print_key_id(const KeyId& key_id);

// A ban number has 40 bits; its code is written XXXX-XXXX.
using BanCode = FixedText<9>;
// The low 40 bits of `number`.
[[nodiscard]] BanCode print_ban_code(std::uint64_t number);
// Upper case with the hyphen only: the form we print.
[[nodiscard]] std::optional<std::uint64_t> parse_ban_code(std::string_view text);

using Uuid = std::array<std::uint8_t, 16>;
using UuidText = FixedText<36>;
[[nodiscard]] UuidText print_uuid(const Uuid& uuid);
// Lower case with hyphens, version 7, variant 10 (RFC 9562).
[[nodiscard]] std::optional<Uuid> parse_uuid7(std::string_view text);
// Unix milliseconds inside a version 7 UUID.
[[nodiscard]] std::uint64_t uuid7_time_ms(const Uuid& uuid);

// A position in a ban list: `0` (nothing held), or `<lineage>-<version>`.
struct Cursor {
    std::uint64_t lineage = 0;
    std::uint64_t version = 0;  // 0: nothing held, whatever the lineage says

    friend bool operator==(const Cursor&, const Cursor&) = default;
};

using CursorText = FixedText<16 + 1 + 20>;
[[nodiscard]] CursorText print_cursor(const Cursor& cursor);
[[nodiscard]] std::optional<Cursor> parse_cursor(std::string_view text);

}  // namespace drawbridge
