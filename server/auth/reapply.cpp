#include "auth/reapply.h"

#include "auth/names.h"

namespace drawbridge::auth {

void reapply(store::Database& database, const store::KeyRevoked& fact, base::UnixMs at) {
    database
        .query(
            "INSERT INTO server_keys(server_id, generation, kind, state, secret, created_at, "
            "not_after) SELECT id, ?2, 1, 2, x'', ?3, 0 FROM servers WHERE public_id = ?1 "
            "ON CONFLICT(server_id, generation) DO UPDATE SET state = 2, secret = x'', "
            "rotation_key = NULL, rotation_answer = NULL"
        )
        .bind(std::string_view(fact.server))
        .bind(std::int64_t{fact.generation})
        .bind(at)
        .run();
}

// As Servers::commit_epoch: a pending key that was used is the active one.
void reapply(store::Database& database, const store::EpochOpened& fact, base::UnixMs at) {
    database
        .query(
            "INSERT INTO server_keys(server_id, generation, kind, state, secret, created_at, "
            "not_after, first_used_at, highest_epoch) "
            "SELECT id, ?2, 1, 2, x'', ?3, 0, ?3, ?4 FROM servers WHERE public_id = ?1 "
            "ON CONFLICT(server_id, generation) DO UPDATE SET "
            "highest_epoch = max(highest_epoch, excluded.highest_epoch), "
            "first_used_at = coalesce(first_used_at, excluded.first_used_at), "
            "kind = CASE kind WHEN 2 THEN 1 ELSE kind END, "
            "not_after = CASE kind WHEN 2 THEN 0 ELSE not_after END"
        )
        .bind(std::string_view(fact.server))
        .bind(std::int64_t{fact.generation})
        .bind(at)
        .bind(static_cast<std::int64_t>(fact.epoch))
        .run();
}

void reapply(store::Database& database, const store::AdminRevoked& fact, base::UnixMs at) {
    database.query("UPDATE admins SET revoked_at = ? WHERE token_hash = ? AND revoked_at IS NULL")
        .bind(at)
        .bind(store::ByteView(fact.token_hash))
        .run();
}

bool has_working_admin(store::Database& database) {
    return database.query("SELECT 1 FROM admins WHERE revoked_at IS NULL AND owner_id IS NULL")
        .step();
}

std::vector<std::string>
servers_without_secret(store::Database& database, const store::Sealer& sealer) {
    auto query = database.query(
        "SELECT public_id, name FROM servers s WHERE NOT EXISTS (SELECT 1 FROM server_keys k "
        "WHERE k.server_id = s.id AND k.kind = 1 AND k.state = 1) "
        "AND public_id NOT IN (SELECT public_id FROM removals) ORDER BY id"
    );
    std::vector<std::string> names;
    while (query.step()) {
        const auto id = query.text(0);
        names.push_back(
            open_name(sealer, store::Column::server_name, as_bytes(id), query.blob_view(1))
        );
    }
    return names;
}

}  // namespace drawbridge::auth
