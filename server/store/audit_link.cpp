#include "store/audit_link.h"

#include <sodium.h>

#include <algorithm>

namespace drawbridge::store {
namespace {

constexpr std::size_t kSalt = 16;
constexpr std::uint8_t kTexts = 1;
constexpr std::uint8_t kErased = 2;

void append_number(Bytes& out, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
}

void append_i64(Bytes& out, std::int64_t value) {
    append_number(out, static_cast<std::uint64_t>(value), 8);
}

void append_with_length(Bytes& out, ByteView bytes) {
    append_number(out, bytes.size(), 4);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Takes from the front of `rest`; nothing when it is too short.
std::optional<std::uint64_t> take_number(ByteView& rest, std::size_t bytes) {
    if (rest.size() < bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
        value |= std::uint64_t{rest[i]} << (8 * i);
    }
    rest = rest.subspan(bytes);
    return value;
}

bool take_text(ByteView& rest, std::string& text) {
    const auto size = take_number(rest, 4);
    if (!size || *size > rest.size()) return false;
    const auto bytes = rest.first(static_cast<std::size_t>(*size));
    text.assign(bytes.begin(), bytes.end());
    rest = rest.subspan(bytes.size());
    return true;
}

}  // namespace

Bytes row_id_of(std::int64_t seq) {
    Bytes out;
    append_i64(out, seq);
    return out;
}

Bytes encode_texts(const AuditActor& actor, const AuditEntry& entry) {
    Bytes cell(1 + kSalt, kTexts);
    randombytes_buf(cell.data() + 1, kSalt);
    for (const auto text : {actor.name, entry.target, entry.reason, entry.detail}) {
        append_with_length(cell, as_bytes(text));
    }
    return cell;
}

Bytes encode_erasure(std::int64_t ordered_by) {
    Bytes cell{kErased};
    append_i64(cell, ordered_by);
    return cell;
}

Commitment commitment_to(ByteView cell) {
    const auto committed = cell.subspan(1);
    Commitment out{};
    crypto_generichash(out.data(), out.size(), committed.data(), committed.size(), nullptr, 0);
    return out;
}

std::optional<AuditCell> decode_cell(ByteView cell) {
    AuditCell decoded;
    auto rest = cell;
    const auto kind = take_number(rest, 1);
    if (kind == kErased) {
        const auto by = take_number(rest, 8);
        if (!by || !rest.empty()) return std::nullopt;
        decoded.erased_by = static_cast<std::int64_t>(*by);
        return decoded;
    }
    if (kind != kTexts || rest.size() < kSalt) return std::nullopt;
    rest = rest.subspan(kSalt);
    AuditTexts texts;
    for (auto* text : {&texts.actor, &texts.target, &texts.reason, &texts.detail}) {
        if (!take_text(rest, *text)) return std::nullopt;
    }
    if (!rest.empty()) return std::nullopt;
    decoded.texts = std::move(texts);
    decoded.commitment = commitment_to(cell);
    return decoded;
}

Bytes encode_link(const ChainHash& previous, const AuditLink& link) {
    Bytes out;
    append_with_length(out, previous);
    append_i64(out, link.seq);
    append_i64(out, link.at);
    append_i64(out, link.actor_kind);
    append_with_length(out, as_bytes(link.action));
    append_with_length(out, link.commitment);
    append_i64(out, link.key_id);
    return out;
}

}  // namespace drawbridge::store
