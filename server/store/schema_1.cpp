// Times are Unix milliseconds. "sealed" cells are opened by Sealer only; `idx` is a blind index
// (Sealer::indexes of a tag). Numbers of enumerations are those of the C++ enumerators, permanent.
#include "store/legacy_keys.h"
#include "store/migration_step.h"

namespace drawbridge::store {
namespace {

const char* const kTables = R"sql(
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE owners (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE servers (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
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

CREATE TABLE server_keys (
    server_id INTEGER NOT NULL REFERENCES servers(id),
    generation INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,                  -- 1 working, 2 revoked
    secret BLOB NOT NULL,                    -- sealed; empty once revoked
    created_at INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    first_used_at INTEGER,
    highest_epoch INTEGER NOT NULL DEFAULT 0,
    rotation_key BLOB,
    rotation_answer BLOB,                    -- sealed
    PRIMARY KEY (server_id, generation)
) WITHOUT ROWID, STRICT;

CREATE TABLE profiles (
    id INTEGER PRIMARY KEY,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    joins INTEGER NOT NULL
) STRICT;

CREATE TABLE tags (
    idx BLOB PRIMARY KEY,
    type INTEGER NOT NULL,
    profile_id INTEGER NOT NULL REFERENCES profiles(id),
    value BLOB NOT NULL,                     -- sealed tag
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX tags_by_profile ON tags(profile_id);

CREATE TABLE claims (
    idx BLOB NOT NULL,
    owner_id INTEGER NOT NULL,
    profile_id INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    PRIMARY KEY (idx, owner_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    server_id INTEGER NOT NULL,
    type INTEGER NOT NULL,
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    profile_id INTEGER,
    mode INTEGER NOT NULL,
    payload BLOB NOT NULL                    -- sealed
) STRICT;
CREATE INDEX events_by_profile ON events(profile_id, seq) WHERE profile_id IS NOT NULL;

-- What was stored once, kept apart from the events so that it outlives them.
CREATE TABLE event_ids (
    id BLOB NOT NULL,
    server_id INTEGER NOT NULL,
    result BLOB,
    PRIMARY KEY (id, server_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE sessions (
    id BLOB NOT NULL,
    server_id INTEGER NOT NULL,
    profile_id INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    left_at INTEGER,
    tags BLOB NOT NULL,                      -- 16-byte blind indexes, concatenated
    PRIMARY KEY (id, server_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX sessions_by_joined_at ON sessions(joined_at);

CREATE TABLE bans (
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
    decided_by TEXT,
    decision_note BLOB                       -- sealed
) STRICT;
CREATE INDEX bans_by_profile ON bans(profile_id);
-- What the tick looks for; 1 to 5 are the standing states.
CREATE INDEX bans_by_end ON bans(expires_at) WHERE state < 6;
CREATE INDEX bans_by_state ON bans(state, created_at);

CREATE TABLE ban_tags (
    ban_number INTEGER NOT NULL REFERENCES bans(number),
    idx BLOB NOT NULL,
    type INTEGER NOT NULL,
    value BLOB NOT NULL,                     -- sealed tag
    PRIMARY KEY (ban_number, idx)
) WITHOUT ROWID, STRICT;
CREATE INDEX ban_tags_by_idx ON ban_tags(idx);

CREATE TABLE lists (
    list INTEGER PRIMARY KEY,                -- 0 the network's, else owners.id
    lineage INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE list_entries (
    list INTEGER NOT NULL,
    prefix BLOB NOT NULL,
    ban_number INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (list, prefix, ban_number)
) WITHOUT ROWID, STRICT;
CREATE INDEX list_entries_by_ban ON list_entries(ban_number);

CREATE TABLE list_changes (
    list INTEGER NOT NULL,
    version INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (list, version)
) WITHOUT ROWID, STRICT;

CREATE TABLE admins (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT
) STRICT;

-- Distinct persons a server has asked about on a day.
CREATE TABLE budget (
    server_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    profile_id INTEGER NOT NULL,
    PRIMARY KEY (day, server_id, profile_id)
) WITHOUT ROWID, STRICT;
)sql";

}  // namespace

MigrationStep schema_1() {
    return {kTables, &make_legacy_keys};
}

}  // namespace drawbridge::store
