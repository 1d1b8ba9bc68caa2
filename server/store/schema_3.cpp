// Schema 3: the key ring; tags under a number of their own, so that the blind index stands in one
// place; names of servers, owners and administrators sealed, with a blind index beside them.
#include "store/migration_step.h"
#include "store/reseal.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
CREATE TABLE keyring (
    id INTEGER PRIMARY KEY CHECK (id IN (1, 2)),
    slots BLOB NOT NULL                      -- wrapped keys, see store/keyring_table.h
) STRICT;

CREATE TABLE owners_3 (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    name BLOB NOT NULL,                      -- sealed
    name_idx BLOB NOT NULL UNIQUE,
    contact BLOB,                            -- sealed; whom to notify
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE servers_3 (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    name BLOB NOT NULL,                      -- sealed
    name_idx BLOB NOT NULL UNIQUE,
    owner_id INTEGER NOT NULL REFERENCES owners(id),
    mode INTEGER NOT NULL,
    suspended INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    join_code TEXT,
    build INTEGER,
    platform TEXT,
    resource_version TEXT,
    max_players INTEGER,
    players INTEGER,
    network_cursor TEXT,
    owner_cursor TEXT,
    outbox INTEGER,
    horizon INTEGER NOT NULL DEFAULT 0       -- event ids older than this are refused
) STRICT;

CREATE TABLE admins_3 (
    id INTEGER PRIMARY KEY,
    name BLOB NOT NULL,                      -- sealed
    name_idx BLOB NOT NULL UNIQUE,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE tags_3 (
    id INTEGER PRIMARY KEY,
    idx BLOB NOT NULL UNIQUE,
    type INTEGER NOT NULL,
    profile_id INTEGER REFERENCES profiles(id),  -- NULL: known from a ban only
    value BLOB NOT NULL,                     -- sealed tag
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT;

CREATE TABLE claims_3 (
    tag_id INTEGER NOT NULL,
    owner_id INTEGER NOT NULL,
    profile_id INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    PRIMARY KEY (tag_id, owner_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE ban_tags_3 (
    ban_number INTEGER NOT NULL REFERENCES bans(number),
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    PRIMARY KEY (ban_number, tag_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE bans_3 (
    number INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    category INTEGER NOT NULL,
    reason BLOB NOT NULL,                    -- sealed
    issuer BLOB,                             -- sealed
    server_id INTEGER,
    owner_id INTEGER,
    profile_id INTEGER,
    mode INTEGER,
    event_id BLOB,
    adopted INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    grace_until INTEGER,
    expires_at INTEGER,
    decided_at INTEGER,
    decided_by BLOB,                         -- sealed
    decision_note BLOB                       -- sealed
) STRICT;

-- The re-encryption under way, or the last one.
CREATE TABLE reencryption (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    column_id INTEGER NOT NULL,              -- where it is: sealed column, key of its last row
    cursor_a ANY,
    cursor_b INTEGER,
    rewritten INTEGER NOT NULL,
    total INTEGER NOT NULL
) STRICT;
)sql";

const char* const kExchange = R"sql(
DROP TABLE ban_tags;
DROP TABLE claims;
DROP TABLE tags;
DROP TABLE bans;
DROP TABLE servers;
DROP TABLE owners;
DROP TABLE admins;
ALTER TABLE owners_3 RENAME TO owners;
ALTER TABLE servers_3 RENAME TO servers;
ALTER TABLE admins_3 RENAME TO admins;
ALTER TABLE tags_3 RENAME TO tags;
ALTER TABLE claims_3 RENAME TO claims;
ALTER TABLE bans_3 RENAME TO bans;
ALTER TABLE ban_tags_3 RENAME TO ban_tags;
CREATE INDEX tags_by_profile ON tags(profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX ban_tags_by_tag ON ban_tags(tag_id);
CREATE INDEX bans_by_profile ON bans(profile_id);
-- What the tick looks for; 1 to 5 are the standing states.
CREATE INDEX bans_by_end ON bans(expires_at) WHERE state < 6;
CREATE INDEX bans_by_state ON bans(state, created_at);
DELETE FROM meta WHERE key IN ('data_key', 'index_key');
INSERT INTO meta(key, value) VALUES ('vacuum_due', x'');
)sql";

void move_over(Database& database, const MasterKey& master) {
    reseal_schema_2(database, master);
    database.execute(kExchange);
}

}  // namespace

MigrationStep schema_3() {
    return {kTables, &move_over};
}

}  // namespace drawbridge::store
