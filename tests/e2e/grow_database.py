#!/usr/bin/env python3
"""Makes the database of a stopped daemon large: events of a made-up server, 4 KiB of noise each.

    grow_database.py DIR/drawbridge.db MEBIBYTES
"""
import sqlite3
import sys

ROWS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO events(id, server_id, type, at, received_at, mode, payload)
SELECT randomblob(16), 0, 9, 1, 1, 1, randomblob(4096) FROM n
"""

if __name__ == "__main__":
    database = sqlite3.connect(sys.argv[1])
    with database:
        database.execute(ROWS, (int(sys.argv[2]) * 256,))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
