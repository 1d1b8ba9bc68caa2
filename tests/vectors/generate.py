#!/usr/bin/env python3
"""Writes the vectors of this folder, and the worked example of docs/protocol.md, from Python's own
hashlib, hmac, ipaddress and zlib: an implementation that shares no code with ours.

    generate.py           writes the files
"""
import json
import sys
from pathlib import Path

import example
import lists
import names
import primitives
import sealing
import signing

FOLDER = Path(__file__).resolve().parent
PROTOCOL = FOLDER.parents[1] / "docs" / "protocol.md"
TABLE = {
    "identifiers": names.identifiers, "tags": names.tags, "secrets": names.secrets,
    "enrolments": names.enrolments, "ids": names.ids, "sealed": sealing.sealed,
    "digests": signing.digests, "authorities": signing.authorities, "bases": signing.bases,
    "requests": signing.requests, "answers": signing.answers, "banlists": lists.banlists,
    "example": example.example,
}


def wanted_files():
    for name, make in TABLE.items():
        text = json.dumps(make(), indent=1, ensure_ascii=True) + "\n"
        yield FOLDER / f"{name}.json", text
    yield PROTOCOL, example.in_document(PROTOCOL.read_text(encoding="utf-8"))


def main():
    if sys.argv[1:]:
        sys.exit(__doc__)
    primitives.self_test()
    written = 0
    for path, text in wanted_files():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        path.write_text(text, encoding="utf-8")
        written += 1
    print(f"{len(TABLE)} files of vectors, {written} written")


if __name__ == "__main__":
    main()
