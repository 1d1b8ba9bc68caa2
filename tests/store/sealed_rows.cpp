#include "store/sealed_rows.h"

#include "store/audit.h"
#include "store/files.h"
#include "store/meta.h"
#include "store/sealed_columns.h"

namespace drawbridge::test {

using namespace store;
using store::as_bytes;  // and not shared/'s

namespace {

std::string event_id(int number) {
    auto id = "event-" + std::to_string(number);
    id.resize(16, '.');
    return id;
}

}  // namespace

void SealedRows::add_event(int number) {
    const auto id = event_id(number);
    const auto text = "payload " + std::to_string(number);
    const auto cell = sealer_.seal_dated(
        KeyPurpose::event,
        kNow - (number % 2) * kWeekMs,
        Column::event_payload,
        as_bytes(id),
        as_bytes(text)
    );
    database_
        .query(
            "INSERT INTO events(id, server_id, type, at, received_at, mode, payload) "
            "VALUES(?, 1, 9, 1, 1, 1, ?)"
        )
        .bind(as_bytes(id))
        .bind(ByteView(cell))
        .run();
}

void SealedRows::add_named(
    const char* sql,
    Column column,
    std::string_view id,
    std::string_view name
) {
    const auto cell = sealer_.seal(column, as_bytes(id), as_bytes(name));
    const auto index = sealer_.indexes(column, as_bytes(name)).now;
    database_.query(sql).bind(id).bind(ByteView(cell)).bind(ByteView(index)).run();
}

void SealedRows::add_tag(std::int64_t id, std::string_view tag) {
    const auto cell = sealer_.seal(Column::tag_value, row_id(id), as_bytes(tag));
    const auto index = sealer_.indexes(as_bytes(tag)).now;
    database_
        .query(
            "INSERT INTO tags(id, idx, type, value, first_seen, last_seen) "
            "VALUES(?, ?, 1, ?, 1, 1)"
        )
        .bind(id)
        .bind(ByteView(index))
        .bind(ByteView(cell))
        .run();
}

void SealedRows::add_ban(std::int64_t number) {
    const auto cell = [&](Column column) {
        return sealer_.seal(column, row_id(number), as_bytes("said"));
    };
    const auto reason = cell(Column::ban_reason);
    const auto issuer = cell(Column::ban_issuer);
    const auto by = cell(Column::ban_decided_by);
    const auto note = cell(Column::ban_decision);
    database_
        .query(
            "INSERT INTO bans(number, state, category, reason, issuer, decided_by, "
            "decision_note, created_at) VALUES(?, 1, 1, ?, ?, ?, ?, 1)"
        )
        .bind(number)
        .bind(ByteView(reason))
        .bind(ByteView(issuer))
        .bind(ByteView(by))
        .bind(ByteView(note))
        .run();
    const auto evidence = cell(Column::ban_evidence);
    database_.query("INSERT INTO ban_evidence VALUES(?1, ?1, 1, 2, ?2)")
        .bind(number)
        .bind(ByteView(evidence))
        .run();
    add_change(number);
}

void SealedRows::add_change(std::int64_t ban) {
    const auto cell = [&](Column column) {
        return sealer_.seal(column, row_id(ban), as_bytes("said"));
    };
    const auto who = cell(Column::ban_change_who);
    const auto why = cell(Column::ban_change_reason);
    database_
        .query(
            "INSERT INTO ban_changes(id, ban_number, at, to_state, actor, who, reason) "
            "VALUES(?1, ?1, 1, 1, 2, ?2, ?3)"
        )
        .bind(ban)
        .bind(ByteView(who))
        .bind(ByteView(why))
        .run();
}

void SealedRows::fill() {
    const auto tag_key = sealer_.seal(Column::tag_key, as_bytes(meta::kTagKey), as_bytes("key"));
    write_meta(database_, meta::kTagKey, tag_key);
    add_owner();
    add_server();
    add_admin();
    add_removal();
    for (int i = 1; i < 100; ++i) {
        add_tag(i, "tag " + std::to_string(i));
    }
    add_ban(1);
    add_player();
    add_case();
    add_appeal();
    add_ruling();
    add_request();
    for (int i = 0; i < 50; ++i) {
        append_audit(database_, sealer_, by_system(), {"test.fill", "x", "why", {}}, kNow);
        for (int server = 1; server < 3; ++server) {
            add_short_lived(event_id(i), server);
        }
    }
    for (int i = 0; i < 300; ++i) {
        add_event(i);
    }
}

void SealedRows::add_owner() {
    add_named(
        "INSERT INTO owners(public_id, name, name_idx, created_at) VALUES(?, ?, ?, 1)",
        Column::owner_name,
        "own_a",
        "Owner"
    );
    const auto contact = sealer_.seal(Column::owner_contact, as_bytes("own_a"), as_bytes("c"));
    database_.query("UPDATE owners SET contact = ?").bind(ByteView(contact)).run();
}

void SealedRows::add_server() {
    add_named(
        "INSERT INTO servers(public_id, name, name_idx, owner_id, mode, created_at) "
        "VALUES(?, ?, ?, 1, 1, 1)",
        Column::server_name,
        "srv_a",
        "Server"
    );
    for (int generation = 0; generation < 3; ++generation) {
        const auto key_id = generation == 0 ? "enrol:srv_a" : "srv_a:" + std::to_string(generation);
        const auto cell = sealer_.seal(Column::server_secret, as_bytes(key_id), as_bytes("s"));
        database_
            .query(
                "INSERT INTO server_keys(server_id, generation, kind, state, secret, "
                "created_at, not_after) VALUES(1, ?, 1, 1, ?, 1, 1)"
            )
            .bind(std::int64_t{generation})
            .bind(ByteView(cell))
            .run();
    }
}

void SealedRows::add_admin() {
    const auto cell = sealer_.seal(Column::admin_name, row_id(1), as_bytes("ann"));
    const auto index = sealer_.indexes(Column::admin_name, as_bytes("ann")).now;
    database_
        .query(
            "INSERT INTO admins(id, name, name_idx, token_hash, created_at) "
            "VALUES(1, ?, ?, x'01', 1)"
        )
        .bind(ByteView(cell))
        .bind(ByteView(index))
        .run();
}

void SealedRows::add_player() {
    database_.execute("INSERT INTO profiles VALUES(1, 1, 1);");
    const auto name = sealer_.seal_dated(
        KeyPurpose::name,
        kNow,
        Column::player_name,
        row_id(name_row(1, 3)),
        as_bytes("someone")
    );
    database_.query("INSERT INTO names(profile_id, slot, last_seen, name) VALUES(1, 3, 1, ?)")
        .bind(ByteView(name))
        .run();
}

void SealedRows::add_request() {
    const auto texts = sealer_.seal_dated(
        KeyPurpose::request,
        kNow,
        Column::request_texts,
        row_id(1),
        as_bytes("GET /")
    );
    database_.query("INSERT INTO requests VALUES(1, 1, 1, NULL, 200, 1, ?)")
        .bind(ByteView(texts))
        .run();
}

void SealedRows::add_case() {
    const auto who = sealer_.seal(Column::case_decided_by, row_id(1), as_bytes("ann"));
    const auto note = sealer_.seal(Column::case_note, row_id(1), as_bytes("saw it"));
    database_.query("INSERT INTO cases VALUES(1, 1, 4, 1, 1, 1, 1, ?, ?, NULL)")
        .bind(ByteView(who))
        .bind(ByteView(note))
        .run();
}

void SealedRows::add_appeal() {
    const auto cell = [&](Column column) {
        return sealer_.seal(column, row_id(1), as_bytes("said"));
    };
    const auto contact = cell(Column::appeal_contact);
    database_.query("INSERT INTO appeals VALUES(1, 1, 1, 1, 1, NULL, ?)")
        .bind(ByteView(contact))
        .run();
    const auto who = cell(Column::appeal_message_who);
    const auto text = cell(Column::appeal_message_text);
    database_.query("INSERT INTO appeal_messages VALUES(1, 1, 1, 1, ?, ?)")
        .bind(ByteView(who))
        .bind(ByteView(text))
        .run();
}

void SealedRows::add_ruling() {
    const auto who = sealer_.seal(Column::ruling_staff, row_id(1), as_bytes("ann"));
    const auto why = sealer_.seal(Column::ruling_reason, row_id(1), as_bytes("brothers"));
    database_
        .query(
            "INSERT INTO rulings(id, kind, profile_id, other_id, made_at, staff, reason) "
            "VALUES(1, 2, 1, 2, 1, ?, ?)"
        )
        .bind(ByteView(who))
        .bind(ByteView(why))
        .run();
}

void SealedRows::add_short_lived(const std::string& id, std::int64_t server) {
    const auto cell = [&](Column column) {
        return sealer_.seal_dated(KeyPurpose::event, kNow, column, as_bytes(id), as_bytes("short"));
    };
    const auto tags = cell(Column::session_tags);
    const auto result = cell(Column::event_result);
    database_
        .query(
            "INSERT INTO sessions(id, server_id, profile_id, joined_at, tags) "
            "VALUES(?, ?, 1, 1, ?)"
        )
        .bind(as_bytes(id))
        .bind(server)
        .bind(ByteView(tags))
        .run();
    database_.query("INSERT INTO event_ids(id, server_id, result) VALUES(?, ?, ?)")
        .bind(as_bytes(id))
        .bind(server)
        .bind(ByteView(result))
        .run();
}

void SealedRows::add_removal() {
    constexpr std::string_view kId = "srv_removedremov";
    const auto cell = [&](Column column) {
        return sealer_.seal(column, as_bytes(kId), as_bytes("about a removal"));
    };
    const auto name = cell(Column::removal_name);
    const auto staff = cell(Column::removal_staff);
    const auto reason = cell(Column::removal_reason);
    database_
        .query(
            "INSERT INTO removals(server_id, public_id, lifts_bans, name, staff, reason, "
            "began_at) VALUES(9, ?, 0, ?, ?, ?, 1)"
        )
        .bind(kId)
        .bind(ByteView(name))
        .bind(ByteView(staff))
        .bind(ByteView(reason))
        .run();
}

}  // namespace drawbridge::test
