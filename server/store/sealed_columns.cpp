#include "store/sealed_columns.h"

#include <array>

namespace drawbridge::store {
namespace {

constexpr std::array kColumns{
    SealedColumn{
        Column::tag_key,
        "meta.value[tag_key]",
        false,
        RowIdKind::bytes,
        KeyKind::text,
        "SELECT key, 0, value, key FROM meta WHERE key = 'tag_key' AND ?1 IS NULL LIMIT ?3",
        "UPDATE meta SET value = ?1 WHERE key = ?2",
        false,
        "SELECT count(*) FROM meta WHERE key = 'tag_key'",
    },
    SealedColumn{
        Column::server_secret,
        "server_keys.secret",
        false,
        RowIdKind::bytes,
        KeyKind::two_integers,
        "SELECT k.server_id, k.generation, k.secret, CASE k.generation WHEN 0 THEN 'enrol:' || "
        "s.public_id ELSE s.public_id || ':' || k.generation END "
        "FROM server_keys k JOIN servers s ON s.id = k.server_id WHERE k.secret <> x'' AND "
        "(k.server_id, k.generation) > (coalesce(?1, 0), coalesce(?2, 0)) "
        "ORDER BY k.server_id, k.generation LIMIT ?3",
        "UPDATE server_keys SET secret = ?1 WHERE server_id = ?2 AND generation = ?3",
        false,
        "SELECT count(*) FROM server_keys WHERE secret <> x''",
    },
    SealedColumn{
        Column::server_name,
        "servers.name",
        false,
        RowIdKind::bytes,
        KeyKind::integer,
        "SELECT id, 0, name, public_id FROM servers WHERE id > coalesce(?1, 0) "
        "ORDER BY id LIMIT ?3",
        "UPDATE servers SET name = ?1, name_idx = ?4 WHERE id = ?2",
        true,
        "SELECT count(*) FROM servers",
    },
    SealedColumn{
        Column::owner_name,
        "owners.name",
        false,
        RowIdKind::bytes,
        KeyKind::integer,
        "SELECT id, 0, name, public_id FROM owners WHERE id > coalesce(?1, 0) "
        "ORDER BY id LIMIT ?3",
        "UPDATE owners SET name = ?1, name_idx = ?4 WHERE id = ?2",
        true,
        "SELECT count(*) FROM owners",
    },
    SealedColumn{
        Column::owner_contact,
        "owners.contact",
        false,
        RowIdKind::bytes,
        KeyKind::integer,
        "SELECT id, 0, contact, public_id FROM owners WHERE contact IS NOT NULL AND "
        "id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE owners SET contact = ?1 WHERE id = ?2",
        false,
        "SELECT count(contact) FROM owners",
    },
    SealedColumn{
        Column::removal_name,
        "removals.name",
        false,
        RowIdKind::bytes,
        KeyKind::integer,
        "SELECT id, 0, name, public_id FROM removals WHERE name IS NOT NULL AND "
        "id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE removals SET name = ?1 WHERE id = ?2",
        false,
        "SELECT count(name) FROM removals",
    },
    SealedColumn{
        Column::removal_staff,
        "removals.staff",
        false,
        RowIdKind::bytes,
        KeyKind::integer,
        "SELECT id, 0, staff, public_id FROM removals WHERE staff IS NOT NULL AND "
        "id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE removals SET staff = ?1 WHERE id = ?2",
        false,
        "SELECT count(staff) FROM removals",
    },
    SealedColumn{
        Column::removal_reason,
        "removals.reason",
        false,
        RowIdKind::bytes,
        KeyKind::integer,
        "SELECT id, 0, reason, public_id FROM removals WHERE reason IS NOT NULL AND "
        "id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE removals SET reason = ?1 WHERE id = ?2",
        false,
        "SELECT count(reason) FROM removals",
    },
    SealedColumn{
        Column::admin_name,
        "admins.name",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, name, id FROM admins WHERE id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE admins SET name = ?1, name_idx = ?4 WHERE id = ?2",
        true,
        "SELECT count(*) FROM admins",
    },
    SealedColumn{
        Column::tag_value,
        "tags.value",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, value, id FROM tags WHERE id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE tags SET value = ?1, idx = ?4 WHERE id = ?2",
        true,
        "SELECT count(*) FROM tags",
    },
    SealedColumn{
        Column::ban_reason,
        "bans.reason",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT number, 0, reason, number FROM bans WHERE number > coalesce(?1, 0) "
        "ORDER BY number LIMIT ?3",
        "UPDATE bans SET reason = ?1 WHERE number = ?2",
        false,
        "SELECT count(*) FROM bans",
    },
    SealedColumn{
        Column::ban_issuer,
        "bans.issuer",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT number, 0, issuer, number FROM bans WHERE issuer IS NOT NULL AND "
        "number > coalesce(?1, 0) ORDER BY number LIMIT ?3",
        "UPDATE bans SET issuer = ?1 WHERE number = ?2",
        false,
        "SELECT count(issuer) FROM bans",
    },
    SealedColumn{
        Column::ban_decided_by,
        "bans.decided_by",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT number, 0, decided_by, number FROM bans WHERE decided_by IS NOT NULL AND "
        "number > coalesce(?1, 0) ORDER BY number LIMIT ?3",
        "UPDATE bans SET decided_by = ?1 WHERE number = ?2",
        false,
        "SELECT count(decided_by) FROM bans",
    },
    SealedColumn{
        Column::ban_decision,
        "bans.decision_note",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT number, 0, decision_note, number FROM bans WHERE decision_note IS NOT NULL AND "
        "number > coalesce(?1, 0) ORDER BY number LIMIT ?3",
        "UPDATE bans SET decision_note = ?1 WHERE number = ?2",
        false,
        "SELECT count(decision_note) FROM bans",
    },
    SealedColumn{
        Column::ban_change_who,
        "ban_changes.who",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, who, id FROM ban_changes WHERE who IS NOT NULL AND id > coalesce(?1, 0) "
        "ORDER BY id LIMIT ?3",
        "UPDATE ban_changes SET who = ?1 WHERE id = ?2",
        false,
        "SELECT count(who) FROM ban_changes",
    },
    SealedColumn{
        Column::ban_change_reason,
        "ban_changes.reason",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, reason, id FROM ban_changes WHERE reason IS NOT NULL AND "
        "id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE ban_changes SET reason = ?1 WHERE id = ?2",
        false,
        "SELECT count(reason) FROM ban_changes",
    },
    SealedColumn{
        Column::case_decided_by,
        "cases.decided_by",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, decided_by, id FROM cases WHERE decided_by IS NOT NULL AND "
        "id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE cases SET decided_by = ?1 WHERE id = ?2",
        false,
        "SELECT count(decided_by) FROM cases",
    },
    SealedColumn{
        Column::case_note,
        "cases.note",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, note, id FROM cases WHERE note IS NOT NULL AND "
        "id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE cases SET note = ?1 WHERE id = ?2",
        false,
        "SELECT count(note) FROM cases",
    },
    SealedColumn{
        Column::appeal_contact,
        "appeals.contact",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, contact, id FROM appeals WHERE contact IS NOT NULL AND id > coalesce(?1, 0) "
        "ORDER BY id LIMIT ?3",
        "UPDATE appeals SET contact = ?1 WHERE id = ?2",
        false,
        "SELECT count(contact) FROM appeals",
    },
    SealedColumn{
        Column::appeal_message_who,
        "appeal_messages.who",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, who, id FROM appeal_messages WHERE id > coalesce(?1, 0) "
        "ORDER BY id LIMIT ?3",
        "UPDATE appeal_messages SET who = ?1 WHERE id = ?2",
        false,
        "SELECT count(*) FROM appeal_messages",
    },
    SealedColumn{
        Column::appeal_message_text,
        "appeal_messages.text",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, text, id FROM appeal_messages WHERE id > coalesce(?1, 0) "
        "ORDER BY id LIMIT ?3",
        "UPDATE appeal_messages SET text = ?1 WHERE id = ?2",
        false,
        "SELECT count(*) FROM appeal_messages",
    },
    SealedColumn{
        Column::ban_evidence,
        "ban_evidence.text",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, text, id FROM ban_evidence WHERE id > coalesce(?1, 0) "
        "ORDER BY id LIMIT ?3",
        "UPDATE ban_evidence SET text = ?1 WHERE id = ?2",
        false,
        "SELECT count(*) FROM ban_evidence",
    },
    SealedColumn{
        Column::ruling_staff,
        "rulings.staff",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, staff, id FROM rulings WHERE staff IS NOT NULL AND "
        "id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE rulings SET staff = ?1 WHERE id = ?2",
        false,
        "SELECT count(staff) FROM rulings",
    },
    SealedColumn{
        Column::ruling_reason,
        "rulings.reason",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, reason, id FROM rulings WHERE reason IS NOT NULL AND "
        "id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE rulings SET reason = ?1 WHERE id = ?2",
        false,
        "SELECT count(reason) FROM rulings",
    },
    SealedColumn{
        Column::audit_texts,
        "audit.texts",
        false,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT seq, 0, texts, seq FROM audit WHERE seq > coalesce(?1, 0) ORDER BY seq LIMIT ?3",
        "UPDATE audit SET texts = ?1 WHERE seq = ?2",
        false,
        "SELECT count(*) FROM audit",
    },
    SealedColumn{
        Column::player_name,
        "names.name",
        true,
        RowIdKind::integer,
        KeyKind::two_integers,
        "SELECT profile_id, slot, name, profile_id * 8 + slot FROM names WHERE "
        "(profile_id, slot) > (coalesce(?1, 0), coalesce(?2, 0)) "
        "ORDER BY profile_id, slot LIMIT ?3",
        "UPDATE names SET name = ?1 WHERE profile_id = ?2 AND slot = ?3",
        false,
        "SELECT count(*) FROM names",
    },
    SealedColumn{
        Column::request_texts,
        "requests.texts",
        true,
        RowIdKind::integer,
        KeyKind::integer,
        "SELECT id, 0, texts, id FROM requests WHERE id > coalesce(?1, 0) ORDER BY id LIMIT ?3",
        "UPDATE requests SET texts = ?1 WHERE id = ?2",
        false,
        "SELECT count(*) FROM requests",
    },
    SealedColumn{
        Column::session_tags,
        "sessions.tags",
        true,
        RowIdKind::bytes,
        KeyKind::blob_and_integer,
        "SELECT id, server_id, tags, id FROM sessions WHERE tags <> x'' AND "
        "(id, server_id) > (coalesce(?1, x''), coalesce(?2, 0)) ORDER BY id, server_id LIMIT ?3",
        "UPDATE sessions SET tags = ?1 WHERE id = ?2 AND server_id = ?3",
        false,
        "SELECT count(*) FROM sessions WHERE tags <> x''",
    },
    SealedColumn{
        Column::event_result,
        "event_ids.result",
        true,
        RowIdKind::bytes,
        KeyKind::blob_and_integer,
        "SELECT id, server_id, result, id FROM event_ids WHERE result <> x'' AND "
        "(id, server_id) > (coalesce(?1, x''), coalesce(?2, 0)) ORDER BY id, server_id LIMIT ?3",
        "UPDATE event_ids SET result = ?1 WHERE id = ?2 AND server_id = ?3",
        false,
        "SELECT count(*) FROM event_ids WHERE result <> x''",
    },
    SealedColumn{
        Column::event_payload,
        "events.payload",
        true,
        RowIdKind::bytes,
        KeyKind::integer,
        "SELECT seq, 0, payload, id FROM events WHERE seq > coalesce(?1, 0) ORDER BY seq LIMIT ?3",
        "UPDATE events SET payload = ?1 WHERE seq = ?2",
        false,
        "SELECT count(*) FROM events",
    },
};

}  // namespace

std::span<const SealedColumn> sealed_columns() {
    return kColumns;
}

Bytes scanned_row_id(const SealedColumn& column, const Query& row) {
    constexpr int kRowId = 3;
    if (column.row_id == RowIdKind::bytes) return row.blob(kRowId);
    const auto id = row_id(row.integer(kRowId));
    return {id.begin(), id.end()};
}

}  // namespace drawbridge::store
