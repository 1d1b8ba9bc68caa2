// The audit chained and its texts sealed. Needs the keys of schema 3.
#include "store/audit.h"
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

// The triggers keep our own mistakes off; what they cannot keep off, verification finds.
constexpr const char* kSql = R"sql(
ALTER TABLE audit RENAME TO audit_before_4;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY CHECK (seq > 0), -- without gaps
    at INTEGER NOT NULL,
    actor_kind INTEGER NOT NULL,
    action TEXT NOT NULL,
    commitment BLOB NOT NULL,                -- to the texts
    key_id INTEGER NOT NULL,                 -- the audit key of the hash
    texts BLOB NOT NULL,                     -- sealed actor, target, reason, detail
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit is only appended to');
END;
CREATE TRIGGER audit_stays
BEFORE UPDATE OF seq, at, actor_kind, action, commitment, key_id, hash ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit is only appended to');
END;
)sql";

AuditActor actor_of(std::string_view name) {
    if (name == "init") return by_system();
    return name.starts_with("srv_") ? by_server(name) : by_admin(name);
}

// What was written before there was a chain is chained in its order, as of now: the chain proves
// only that it has not changed since.
void chain_old_entries(Database& database, const MasterKey& master) {
    const Sealer sealer(database, master);
    {
        auto old = database.query(
            "SELECT at, actor, action, target, coalesce(detail, '') FROM audit_before_4 "
            "ORDER BY seq"
        );
        while (old.step()) {
            const auto actor = old.text(1);
            const auto action = old.text(2);
            const auto target = old.text(3);
            const auto detail = old.text(4);
            append_audit(
                database,
                sealer,
                actor_of(actor),
                {action, target, {}, detail},
                old.integer(0)
            );
        }
    }
    database.execute("DROP TABLE audit_before_4;");
}

}  // namespace

MigrationStep schema_4() {
    return {kSql, &chain_old_entries};
}

}  // namespace drawbridge::store
