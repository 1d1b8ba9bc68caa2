#!/usr/bin/env python3
"""Looks into a daemon's database, read-only, also while the daemon runs. Reads one question a line
and answers each with one line of JSON:

    tables      {"<table>": "<SHA-256 of all its rows>", …}, but for those that change by themselves
    events      ["<id of an event, hex>", …], one for each row
    integrity   ["ok"], or what SQLite found damaged

    read_database.py DIR/drawbridge.db
"""
import hashlib
import json
import sqlite3
import sys


# Changed by the daemon's clock, or a log of what was asked; not by what requests do.
BY_THEMSELVES = {"keyring", "purges", "requests"}
# Counts transactions, whatever they did.
COUNTER = "('commits',"


def tables(database):
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    sums = {}
    for (name,) in names.fetchall():
        if name in BY_THEMSELVES:
            continue
        rows = sorted(repr(row) for row in database.execute(f'SELECT * FROM "{name}"'))
        rows = [row for row in rows if not row.startswith(COUNTER)]
        sums[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return sums


def events(database):
    return [id.hex() for (id,) in database.execute("SELECT id FROM events")]


def integrity(database):
    return [line for (line,) in database.execute("PRAGMA integrity_check")]


QUESTIONS = {"tables": tables, "events": events, "integrity": integrity}


def answer(path, question):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return QUESTIONS[question](database)
    finally:
        database.close()


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(sys.argv[1], line.strip())), flush=True)
