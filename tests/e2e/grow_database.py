#!/usr/bin/env python3
"""Makes the database of a stopped daemon large: events of a made-up server, 4 KiB of noise each, or
the events that are there over and over again, which can be opened like these, or noise of the usual
size as events of servers that are there, with their ids. They stay in the log, for the daemon to
write into the file with its pages' checksums.

    grow_database.py DIR/drawbridge.db MEBIBYTES
    grow_database.py DIR/drawbridge.db --events COUNT
    grow_database.py DIR/drawbridge.db --of-each COUNT srv_… [srv_…]
"""
import os
import sqlite3
import sys
import time

ROWS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO events(id, server_id, type, at, received_at, mode, payload)
SELECT randomblob(16), 0, 9, 1, 1, 1, randomblob(4096) FROM n
"""
EVENT = """
INSERT INTO events(id, server_id, type, at, received_at, mode, payload)
VALUES(?, ?, 9, ?, ?, 1, ?)
"""
EVENT_ID = "INSERT INTO event_ids(id, server_id, result) VALUES(?, ?, x'')"
PAYLOAD_BYTES = 300


def uuid7(at, number):
    noise = number.to_bytes(8, "big")
    return at.to_bytes(6, "big") + b"\x70\x00" + b"\x80" + noise[1:]


def add_events(database, count, servers):
    rows = [database.execute("SELECT id FROM servers WHERE public_id = ?", (name,)).fetchone()[0]
            for name in servers]
    now = int(time.time() * 1000)
    for i in range(count):
        at = now - (count - i)
        for row in rows:
            id = uuid7(at, i)
            database.execute(EVENT, (id, row, at, at, os.urandom(PAYLOAD_BYTES)))
            database.execute(EVENT_ID, (id, row))


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
        elif sys.argv[2] == "--of-each":
            add_events(database, int(sys.argv[3]), sys.argv[4:])
        else:
            database.execute(ROWS, (int(sys.argv[2]) * 256,))
    os._exit(0)  # closing would write the log into the file
