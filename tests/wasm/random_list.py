#!/usr/bin/env python3
"""Ban lists for the tests of core.js, by the model of tests/vectors/lists.py.

    random_list.py history SEED STEPS   JSON: sections of a random history, and matches on the way
    random_list.py snapshot COUNT       a snapshot section of COUNT entries, in binary
"""
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "vectors"))
import lists  # noqa: E402  (its folder is only known now)
from common import b64url  # noqa: E402


def random_operation(source, live):
    if live and source.random() < 0.4:
        key = source.choice(sorted(live))
        return lists.remove(key[1], key[0])
    expires = source.choice([0, 0, source.randrange(2**32)])
    return lists.add(source.randrange(20), source.randrange(60).to_bytes(8, "little"),
                     source.randrange(1, 101), expires)


def history(seed, steps):
    source, live, version, result = random.Random(seed), {}, 1, []
    result.append({"section": lists.snapshot(live, to=version).hex(), "matches": []})
    for _ in range(steps):
        operations, after = [], live
        for _ in range(source.randrange(25)):
            operations.append(random_operation(source, after))
            after = lists.apply(after, operations[-1:])
        if source.random() < 0.1:
            data = lists.snapshot(after, to=version + 1)
        else:
            data = lists.section(operations, after, from_=version, to=version + 1)
        live, version = after, version + 1
        tags = [source.randrange(60).to_bytes(8, "little") + bytes(24) for _ in range(8)]
        now = source.randrange(2**32)
        result.append({"section": data.hex(), "now": now, "tags": [b64url(tag) for tag in tags],
                       "matches": lists.match(live, tags, now), "size": len(live)})
    return result


def snapshot(count):
    source = random.Random(count)
    entries = sorted((source.randbytes(8), source.randrange(2**40)) for _ in range(count))
    return lists.snapshot({(p, n): lists.add(n, p) for p, n in entries}, to=1)


if sys.argv[1] == "history":
    json.dump(history(int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
else:
    sys.stdout.buffer.write(snapshot(int(sys.argv[2])))
