#!/usr/bin/env python3
"""Looks into a daemon's database, read-only, also while the daemon runs. Reads one question a line
and answers each with one line of JSON:

    tables      {"<table>": "<SHA-256 of all its rows>", …}
    events      ["<id of an event, hex>", …], one for each row

    read_database.py DIR/drawbridge.db
"""
import hashlib
import json
import sqlite3
import sys


def tables(database):
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    sums = {}
    for (name,) in names.fetchall():
        rows = sorted(repr(row) for row in database.execute(f'SELECT * FROM "{name}"'))
        sums[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return sums


def events(database):
    return [id.hex() for (id,) in database.execute("SELECT id FROM events")]


QUESTIONS = {"tables": tables, "events": events}


def answer(path, question):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return QUESTIONS[question](database)
    finally:
        database.close()


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(sys.argv[1], line.strip())), flush=True)
