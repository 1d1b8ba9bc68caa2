#include "store/audit_verify.h"

#include "store/audit_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace drawbridge::store {
namespace {

/// One row; it ends with the query's next step.
struct Row {
    explicit Row(const Query& query)
        : action(query.text(3)),
          link{
              query.integer(0),
              query.integer(1),
              query.integer(2),
              action,
              query.blob_view(4),
              query.integer(5)},
          cell(query.blob_view(6)),
          hash(query.blob_view(7)) {}

    Row(const Row&) = delete;
    Row& operator=(const Row&) = delete;

    const std::string action;
    const AuditLink link;
    const ByteView cell;
    const ByteView hash;
};

std::optional<ChainHash>
chained(const Sealer& sealer, const ChainHash& previous, const AuditLink& link) {
    if (link.key_id < 0 || link.key_id > std::numeric_limits<std::uint32_t>::max()) {
        return std::nullopt;
    }
    const auto key_id = static_cast<std::uint32_t>(link.key_id);
    return sealer.chain_hash(key_id, encode_link(previous, link));
}

std::optional<AuditFault> fault_of_texts(const Sealer& sealer, const Row& row, bool& erased) {
    const auto plain = sealer.open(Column::audit_texts, row_id_of(row.link.seq), row.cell);
    const auto cell = plain ? decode_cell(*plain) : std::nullopt;
    if (!cell) return AuditFault::texts;
    erased = cell->erased_by.has_value();
    if (erased || std::ranges::equal(cell->commitment, row.link.commitment)) return std::nullopt;
    return AuditFault::commitment;
}

/// Goes on in `check` by one entry, or names what is wrong with it.
void follow(AuditCheck& check, const Sealer& sealer, const Row& row) {
    const auto expected_seq = check.verified.seq + 1;
    if (row.link.seq < expected_seq) {
        check.broken = {row.link.seq, AuditFault::stray};
        return;
    }
    if (row.link.seq > expected_seq) {
        check.broken = {expected_seq, AuditFault::gap};
        return;
    }
    const auto hash = chained(sealer, check.verified.hash, row.link);
    if (!hash || !std::ranges::equal(*hash, row.hash)) {
        check.broken = {expected_seq, hash ? AuditFault::hash : AuditFault::key};
        return;
    }
    bool erased = false;
    if (const auto fault = fault_of_texts(sealer, row, erased)) {
        check.broken = {expected_seq, *fault};
        return;
    }
    check.verified = {expected_seq, *hash};
    check.erased += erased ? 1 : 0;
}

}  // namespace

std::string_view fault_name(AuditFault fault) {
    switch (fault) {
        case AuditFault::gap: return "gap";
        case AuditFault::stray: return "stray";
        case AuditFault::key: return "key";
        case AuditFault::hash: return "hash";
        case AuditFault::texts: return "texts";
        case AuditFault::commitment: return "commitment";
        case AuditFault::noted: return "noted";
        case AuditFault::tail: return "tail";
    }
    return "hash";
}

std::string describe_fault(const BrokenEntry& broken) {
    const auto say = [&](const char* what) { return fmt::format("entry {} {}", broken.seq, what); };
    switch (broken.fault) {
        case AuditFault::gap: return say("is missing, though later ones are there");
        case AuditFault::stray: return say("has a number that was never given: it was put in");
        case AuditFault::key: return say("names an audit key that there is not: it was altered");
        case AuditFault::hash:
            return say("was altered, or entries were exchanged: its hash does not follow");
        case AuditFault::texts: return say("has texts that cannot be opened: they were altered");
        case AuditFault::commitment: return say("has other texts than were chained");
        case AuditFault::noted:
            return say("is not the one that was noted: the trail up to it was written anew");
        case AuditFault::tail:
            return say("is missing: the trail ends before the head that was noted");
    }
    return say("is broken");
}

AuditCheck verify_audit(
    Database& database,
    const Sealer& sealer,
    const AuditHead& from,
    const std::optional<AuditHead>& noted,
    std::int64_t limit
) {
    AuditCheck check{from, 0, std::nullopt, false};
    auto query = database.query(
        "SELECT seq, at, actor_kind, action, commitment, key_id, texts, hash FROM audit "
        "WHERE seq > ? ORDER BY seq LIMIT ?"
    );
    // Numbers below 1 are looked at too: they were never given.
    query.bind(from.seq == 0 ? std::numeric_limits<std::int64_t>::min() : from.seq).bind(limit);
    std::int64_t walked = 0;
    for (; !check.broken && query.step(); ++walked) {
        follow(check, sealer, Row(query));
        if (!check.broken && noted && noted->seq == check.verified.seq &&
            *noted != check.verified) {
            check.broken = {noted->seq, AuditFault::noted};
        }
    }
    check.complete = check.broken || walked < limit;
    if (!check.broken && check.complete && noted && noted->seq > check.verified.seq) {
        check.broken = {check.verified.seq + 1, AuditFault::tail};
    }
    return check;
}

}  // namespace drawbridge::store
