#include "store/audit.h"

#include "store/audit_link.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>

namespace drawbridge::store {
namespace {

AuditHead append(
    Database& database,
    const Sealer& sealer,
    const AuditActor& actor,
    const AuditEntry& entry,
    base::UnixMs now
) {
    const auto previous = audit_head(database);
    const auto cell = encode_texts(actor, entry);
    const auto commitment = commitment_to(cell);
    const auto key_id = sealer.audit_key_id();
    const auto kind = static_cast<std::int64_t>(actor.kind);
    const auto seq = previous.seq + 1;
    const AuditLink link{seq, now, kind, entry.action, commitment, key_id};
    const auto hash = sealer.chain_hash(encode_link(previous.hash, link));
    const auto sealed = sealer.seal(Column::audit_texts, row_id_of(seq), cell);
    database
        .query(
            "INSERT INTO audit(seq, at, actor_kind, action, commitment, key_id, texts, hash) "
            "VALUES(?,?,?,?,?,?,?,?)"
        )
        .bind(seq)
        .bind(now)
        .bind(kind)
        .bind(entry.action)
        .bind(ByteView(commitment))
        .bind(std::int64_t{key_id})
        .bind(ByteView(sealed))
        .bind(ByteView(hash))
        .run();
    return {seq, hash};
}

}  // namespace

std::string_view actor_kind_name(ActorKind kind) {
    switch (kind) {
        case ActorKind::system: return "system";
        case ActorKind::server: return "server";
        case ActorKind::admin: return "admin";
    }
    return "unknown";  // a number in the table that is none of them
}

std::string print_audit_head(const AuditHead& head) {
    return fmt::format("{}:{:02x}", head.seq, fmt::join(head.hash, ""));
}

std::optional<AuditHead> parse_audit_head(std::string_view text) {
    AuditHead head;
    const auto colon = std::min(text.find(':'), text.size());
    const auto* end = text.data() + colon;
    const auto [parsed, error] = std::from_chars(text.data(), end, head.seq);
    if (error != std::errc() || parsed != end || head.seq < 0) return std::nullopt;
    const auto hex = text.substr(std::min(colon + 1, text.size()));
    if (hex.size() != 2 * head.hash.size()) return std::nullopt;
    const int refused = sodium_hex2bin(
        head.hash.data(),
        head.hash.size(),
        hex.data(),
        hex.size(),
        nullptr,
        nullptr,
        nullptr
    );
    if (refused != 0) return std::nullopt;
    return head;
}

AuditHead audit_head(Database& database) {
    auto query = database.query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    AuditHead head;
    if (!query.step()) return head;
    head.seq = query.integer(0);
    const auto hash = query.blob_view(1);
    // One of another size was altered: the chain breaks here, and verification says so.
    if (hash.size() == head.hash.size()) std::ranges::copy(hash, head.hash.begin());
    return head;
}

AuditHead append_audit(
    Database& database,
    const Sealer& sealer,
    const AuditActor& actor,
    const AuditEntry& entry,
    base::UnixMs now
) {
    try {
        return append(database, sealer, actor, entry, now);
    } catch (const StoreError& error) {
        throw AuditError(
            fmt::format("{} cannot be audited: {}", entry.action, error.what()),
            error.fault
        );
    }
}

bool erase_audit_texts(
    Database& database,
    const Sealer& sealer,
    std::int64_t seq,
    std::int64_t ordered_by
) {
    const auto sealed =
        sealer.seal(Column::audit_texts, row_id_of(seq), encode_erasure(ordered_by));
    return database.query("UPDATE audit SET texts = ? WHERE seq = ?")
               .bind(ByteView(sealed))
               .bind(seq)
               .run() == 1;
}

}  // namespace drawbridge::store
