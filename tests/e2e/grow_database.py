#!/usr/bin/env python3
"""Makes the database of a stopped daemon large: events of a made-up server, 4 KiB of noise each, or
the events that are there over and over again, which can be opened like these. They stay in the log,
for the daemon to write into the file with its pages' checksums.

    grow_database.py DIR/drawbridge.db MEBIBYTES
    grow_database.py DIR/drawbridge.db --events COUNT
"""
import os
import sqlite3
import sys

ROWS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO events(id, server_id, type, at, received_at, mode, payload)
SELECT randomblob(16), 0, 9, 1, 1, 1, randomblob(4096) FROM n
"""

AGAIN = """
INSERT INTO events(id, server_id, type, at, received_at, profile_id, mode, payload)
SELECT id, server_id, type, at, received_at, profile_id, mode, payload FROM events LIMIT ?
"""


def repeat(database, wanted):
    count = database.execute("SELECT count(*) FROM events").fetchone()[0]
    if count == 0:
        sys.exit("there is no event to be repeated")
    while count < wanted:
        count += database.execute(AGAIN, (min(count, wanted - count),)).rowcount


if __name__ == "__main__":
    database = sqlite3.connect(sys.argv[1])
    database.execute("PRAGMA wal_autocheckpoint=0")
    with database:
        if sys.argv[2] == "--events":
            repeat(database, int(sys.argv[3]))
        else:
            database.execute(ROWS, (int(sys.argv[2]) * 256,))
    os._exit(0)  # closing would write the log into the file
