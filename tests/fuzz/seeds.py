#!/usr/bin/env python3
"""Writes the vectors as seeds for the fuzzers: seeds.py FOLDER makes FOLDER/<target>/<number>."""
import json
import sys
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


def load(name):
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def texts(value):
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def seeds():
    ids = [load(name) for name in ("ids", "secrets", "enrolments", "authorities")]
    requests, answers, lists = load("requests"), load("answers"), load("banlists")
    rows = requests["good"] + requests["malformed"]
    yield "names", {text.encode() for text in texts(ids)}
    yield "identifiers", {text.encode() for text in texts([load("identifiers"), load("tags")])}
    yield "fields", {text.encode() for text in [
        *texts(load("digests")), *[row["signature_input"].partition("=")[2] for row in rows]]}
    yield "request_signature", {
        "\n".join(["body" if row.get("body") or row.get("has_body") else "", row["signature_input"],
                   row["signature"]]).encode() for row in rows}
    yield "answer_signature", {
        f'{row["signature_input"]}\n{row["signature"]}'.encode()
        for row in answers["good"] + answers["bad"]}
    sections = [bytes.fromhex(row["section"]) for row in lists["history"] + lists["bad"]]
    yield "section", {b"\x40" + data for data in sections}
    yield "changes", set(sections)


for target, inputs in seeds():
    folder = Path(sys.argv[1]) / target
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(sorted(inputs)):
        (folder / f"{number:04}").write_bytes(data)
