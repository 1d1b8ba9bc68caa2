// The bytes behind an entry of the audit. For this folder's .cpp files only. Numbers are
// little-endian, a text is its length (u32) ‖ its bytes.
//
//     texts       actor ‖ target ‖ reason ‖ detail
//     commitment  BLAKE2b-256(salt (16) ‖ texts)
//     cell        sealed: 1 (u8) ‖ salt ‖ texts, or once erased: 2 (u8) ‖ seq of the erasing entry
//                 (i64); row id = seq (i64)
//     hash        BLAKE2b-256(audit key, previous hash ‖ seq ‖ at ‖ actor kind ‖ action ‖
//                 commitment ‖ key id), each number an i64, each of the others with its length;
//                 the hash before the first entry is zeros
#pragma once

#include "store/audit.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace drawbridge::store {

using Commitment = std::array<std::uint8_t, 32>;

/// What the cell of an entry holds.
struct AuditCell {
    std::optional<AuditTexts> texts;
    Commitment commitment{};                // of the texts
    std::optional<std::int64_t> erased_by;  // instead of texts
};

[[nodiscard]] Bytes row_id_of(std::int64_t seq);

/// A cell of new texts, not sealed yet, under a fresh salt.
[[nodiscard]] Bytes encode_texts(const AuditActor& actor, const AuditEntry& entry);
[[nodiscard]] Bytes encode_erasure(std::int64_t ordered_by);
/// Of a cell that holds texts.
[[nodiscard]] Commitment commitment_to(ByteView cell);
/// Nothing when it is no cell of ours.
[[nodiscard]] std::optional<AuditCell> decode_cell(ByteView cell);

/// The clear fields of an entry, as they are chained. A row of the table may hold anything: each
/// number is chained as it stands.
struct AuditLink {
    std::int64_t seq = 0;
    base::UnixMs at = 0;
    std::int64_t actor_kind = 0;
    std::string_view action;
    ByteView commitment;
    std::int64_t key_id = 0;
};

[[nodiscard]] Bytes encode_link(const ChainHash& previous, const AuditLink& link);

}  // namespace drawbridge::store
