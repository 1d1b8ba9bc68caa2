#!/usr/bin/env python3
"""Opens the sealed cells of a daemon's database from outside, with its master key, as somebody would
who has come by both. Reads a command a line and answers each with a line of JSON:

    capture         remembers every cell and every wrapped key, and answers how many cells of each
                    column there are, and how many of them open:  {"<column>": [there, open], …}
    open            of the cells remembered, how many open with the keys that stand in the file now
    rows            of the cells remembered, how many are still in the rows of their table
    keys            of the keys remembered that are no longer in the ring: how many there are, and how
                    many of them stand, wrapped, in the file, its log or the log's index
    find TEXT       how many of the cells remembered held this text

    sealed_cells.py DIR
"""
import ctypes
import ctypes.util
import json
import pathlib
import sqlite3
import struct
import sys

SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
DECRYPT = SODIUM.crypto_aead_xchacha20poly1305_ietf_decrypt
NONCE, MAC, WRAPPED, SLOT, HEADER = 24, 16, 72, 84, 16

ROW_ID = struct.Struct("<q").pack
# Column: its permanent number, and what answers its cells with their row ids.
COLUMNS = {
    "events.payload": (4, "SELECT payload, id FROM events"),
    "event_ids.result": (5, "SELECT result, id FROM event_ids WHERE result <> x''"),
    "sessions.tags": (8, "SELECT tags, id FROM sessions"),
    "names.name": (17, "SELECT name, profile_id * 8 + slot FROM names"),
    "requests.texts": (18, "SELECT texts, id FROM requests"),
    "bans.reason": (6, "SELECT reason, number FROM bans"),
    "bans.issuer": (7, "SELECT issuer, number FROM bans WHERE issuer IS NOT NULL"),
    "bans.decision_note": (10, "SELECT decision_note, number FROM bans WHERE decision_note <> x''"),
    "bans.decided_by": (16, "SELECT decided_by, number FROM bans WHERE decided_by <> x''"),
}


def decrypt(key, associated, sealed):
    """The plain text, or None."""
    size = len(sealed) - NONCE - MAC
    if size < 0:
        return None
    plain = ctypes.create_string_buffer(max(size, 1))
    length = ctypes.c_ulonglong(0)
    failed = DECRYPT(
        plain, ctypes.byref(length), None, sealed[NONCE:], ctypes.c_ulonglong(size + MAC),
        associated, ctypes.c_ulonglong(len(associated)), sealed[:NONCE], key)
    return None if failed else plain.raw[:size]


class Cells:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.master = (self.folder / "master.key").read_bytes()
        self.cells = {}
        self.wrapped = {}

    def database(self):
        return sqlite3.connect(f"file:{self.folder}/drawbridge.db?mode=ro", uri=True, timeout=10)

    def slots(self, database):
        """Wrapped keys by id, with what they are wrapped for."""
        (blob,) = database.execute("SELECT slots FROM keyring WHERE id = 1").fetchone()
        found = {}
        for at in range(HEADER, len(blob) - SLOT + 1, SLOT):
            number, purpose, week = struct.unpack_from("<III", blob, at)
            if number:
                name = f"drawbridge ring-key {number} {purpose} {week}".encode()
                found[number] = (name, blob[at + SLOT - WRAPPED:at + SLOT])
        return found

    def ring(self, database):
        keys = {n: decrypt(self.master, name, w) for n, (name, w) in self.slots(database).items()}
        return {number: key for number, key in keys.items() if key}

    def read(self, database):
        found = {}
        for column, (number, query) in COLUMNS.items():
            found[column] = []
            for cell, row in database.execute(query):
                row = ROW_ID(row) if isinstance(row, int) else row
                found[column].append((struct.pack("<H", number) + row, bytes(cell)))
        return found

    def plain(self, ring):
        for column, cells in self.cells.items():
            for associated, cell in cells:
                key = ring.get(struct.unpack_from("<I", cell)[0])
                yield column, decrypt(key, associated, cell[4:]) if key else None

    def count_open(self, ring):
        counts = dict.fromkeys(self.cells, 0)
        for column, plain in self.plain(ring):
            counts[column] += plain is not None
        return counts

    def capture(self, database):
        self.cells = self.read(database)
        self.wrapped = self.slots(database)
        self.first_ring = self.ring(database)
        counts = self.count_open(self.first_ring)
        return {column: [len(cells), counts[column]] for column, cells in self.cells.items()}

    def open(self, database):
        return self.count_open(self.ring(database))

    def rows(self, database):
        now = self.read(database)
        return {column: len(set(cells) & set(now[column])) for column, cells in self.cells.items()}

    def files(self):
        names = [f"drawbridge.db{suffix}" for suffix in ("", "-wal", "-shm")]
        return b"".join((self.folder / name).read_bytes() for name in names)

    def copies(self, database):
        """Of the cells remembered that are in no row any more, how many the file still holds."""
        now, content = self.read(database), self.files()
        return {column: sum(cell in content for _, cell in set(cells) - set(now[column]))
                for column, cells in self.cells.items()}

    def keys(self, database):
        left = self.slots(database)
        gone = [wrapped for number, (_, wrapped) in self.wrapped.items() if number not in left]
        content = self.files()
        return [len(gone), sum(wrapped in content for wrapped in gone)]

    def find(self, text):
        return sum(plain is not None and text.encode() in plain
                   for _, plain in self.plain(self.first_ring))

    def answer(self, line):
        command, _, text = line.partition(" ")
        if command == "find":
            return self.find(text)
        database = self.database()
        try:
            return {"capture": self.capture, "open": self.open, "rows": self.rows, "copies": self.copies,
                    "keys": self.keys}[command](database)
        finally:
            database.close()


if __name__ == "__main__":
    cells = Cells(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(cells.answer(line.rstrip("\n"))), flush=True)
