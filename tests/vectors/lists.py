"""Ban lists: docs/protocol.md §8, with a dictionary as the model of a list."""
import hashlib
import struct

from common import b64url, ban_code, made_up

LINEAGE, TAG_VERSION = 0x91E1A2B3C4D5E6F7, 1
NEVER = 0


def prefix(tag):
    return tag[:8]


def add(number, tag_prefix, weight=100, expires=NEVER):
    return (1, weight, number, tag_prefix, expires)


def remove(number, tag_prefix):
    return (2, 0, number, tag_prefix, 0)


def entry_bytes(entry):
    operation, weight, number, tag_prefix, expires = entry
    return (bytes([operation, weight]) + number.to_bytes(6, "little") + tag_prefix
            + struct.pack("<I", expires))


def checksum(live):
    total = sum(int.from_bytes(hashlib.blake2b(entry_bytes(e), digest_size=16).digest(), "little")
                for e in live.values())
    return (total % 2**128).to_bytes(16, "little")


def apply(live, operations):
    """The list after the operations; keys are (prefix, number)."""
    after = dict(live)
    for entry in operations:
        key = (entry[3], entry[2])
        if entry[0] == 2:
            del after[key]
        else:
            after[key] = entry
    return after


def section(operations, after, *, kind=1, tag_version=TAG_VERSION, lineage=LINEAGE, from_=0, to=1,
            magic=b"DBL1", reserved=0, end=b"DBLE", count=None, end_count=None, sum_=None):
    count = len(operations) if count is None else count
    header = magic + struct.pack("<BBHQQQI", kind, reserved, tag_version, lineage, from_, to, count)
    trailer = end + struct.pack("<I", count if end_count is None else end_count)
    return (header + b"".join(map(entry_bytes, operations)) + trailer
            + (checksum(after) if sum_ is None else sum_))


def snapshot(live, **fields):
    return section([live[key] for key in sorted(live)], live, **fields)


TAGS = [made_up(f"player tag {i}") for i in range(12)]
# Shares its first 8 bytes with TAGS[0].
TWIN = TAGS[0][:8] + made_up("twin", 24)
P = [prefix(tag) for tag in TAGS]


def history():
    """One list from nothing: each step's section, and what is held after it."""
    first = apply({}, [add(5, P[0]), add(5, P[1]), add(2**40 - 1, P[2], 1, 2**32 - 1), add(0, P[0], 40),
                       add(7, b"\0" * 8, 60), add(7, b"\xff" * 8, 40)])
    deltas = [
        [add(9, P[3], 30, 1763700000), add(9, P[4], 30), add(9, P[5], 40, 1763800000)],
        [remove(5, P[1])],
        [add(5, P[0], 55)],
        [remove(5, P[0]), add(5, P[0], 99), remove(5, P[0]), add(5, P[0], 100)],
        [],
        [remove(number, tag_prefix) for tag_prefix, number in [(P[2], 2**40 - 1), (b"\0" * 8, 7)]],
    ]
    live, version = first, 3
    steps = [(snapshot(live, to=version), live, version)]
    for operations in deltas:
        after = apply(live, operations)
        to = version + 1 + len(operations) % 2
        steps.append((section(operations, after, from_=version, to=to), after, to))
        live, version = after, to
    steps.append((snapshot({}, to=1, lineage=1), {}, 1))
    lineages = [LINEAGE] * (len(steps) - 1) + [1]
    return [{"section": s.hex(), "cursor": f"{lineage:016x}-{v}", "size": len(held),
             "snapshot": snapshot(held, to=v, lineage=lineage).hex()}
            for (s, held, v), lineage in zip(steps, lineages)]


def bad_sections():
    """(note, section): each refused by a list that holds HELD at version 4."""
    new = [add(9, P[3])]
    after = apply(HELD, new)
    good = section(new, after, from_=4, to=5)
    ordered = sorted([add(9, P[3]), add(9, P[4]), add(9, P[5])], key=lambda e: (e[3], e[2]))
    full = apply({}, ordered)
    def delta(operations, **fields):
        return section(operations, HELD, from_=4, to=5, **fields)
    def one(entry):
        """An entry that no honest list holds, with the checksum it would have."""
        return section([entry], {**HELD, "x": entry}, from_=4, to=5)
    rows = [
        ("nothing", b""), ("a part of a header", good[:35]), ("only a header", good[:36]),
        ("a byte too few", good[:-1]), ("a byte too many", good + b"\0"), ("no trailer", good[:-24]),
        ("twice", good + good), ("an entry too few", good[:36] + good[56:]),
        ("wrong magic", section(new, after, from_=4, to=5, magic=b"DBL2")),
        ("reserved set", section(new, after, from_=4, to=5, reserved=1)),
        ("list 0", section(new, after, from_=4, to=5, kind=0)),
        ("list 3", section(new, after, from_=4, to=5, kind=3)),
        ("the other list", section(new, after, from_=4, to=5, kind=2)),
        ("tag version 0", section(new, after, from_=4, to=5, tag_version=0)),
        ("another tag version", section(new, after, from_=4, to=5, tag_version=2)),
        ("from below", section(new, after, from_=3, to=5)),
        ("from above", section(new, after, from_=5, to=6)),
        ("to is from", section(new, after, from_=4, to=4)),
        ("to below from", section(new, after, from_=4, to=3)),
        ("to 0", snapshot(full, to=0)), ("to of 2^53", section(new, after, from_=4, to=2**53)),
        ("another lineage", section(new, after, from_=4, to=5, lineage=LINEAGE + 1)),
        ("count too high", section(new, after, from_=4, to=5, count=2)),
        ("count too low", section(new, after, from_=4, to=5, count=0)),
        ("count of 2^32-1", section(new, after, from_=4, to=5, count=2**32 - 1)),
        ("another count at the end", section(new, after, from_=4, to=5, end_count=2)),
        ("wrong end marker", section(new, after, from_=4, to=5, end=b"DBLF")),
        ("wrong checksum", section(new, after, from_=4, to=5, sum_=bytes(16))),
        ("checksum of before", section(new, HELD, from_=4, to=5)),
        ("checksum read the other way", section(new, after, from_=4, to=5, sum_=checksum(after)[::-1])),
        ("operation 0", one((0, 100, 9, P[3], 0))), ("operation 3", one((3, 100, 9, P[3], 0))),
        ("weight 0", one(add(9, P[3], 0))), ("weight 101", one(add(9, P[3], 101))),
        ("ban number of 41 bits", one(add(2**40, P[3]))),
        ("a remove with a weight", delta([(2, 100, 5, P[0], 0)])),
        ("a remove with an expiry", delta([(2, 0, 5, P[0], 9)])),
        ("a remove of nothing", delta([remove(9, P[3])])),
        ("a remove of another ban", delta([remove(6, P[0])])),
        ("a remove twice", delta([remove(5, P[0]), remove(5, P[0])])),
        ("good, then a remove of nothing", delta([add(9, P[3]), remove(5, P[0]), remove(8, P[8])])),
        ("a snapshot out of order", section(ordered[::-1], full, to=9)),
        ("a snapshot with an entry twice", section(ordered[:1] * 2, apply({}, ordered[:1]), to=9)),
        ("a snapshot with a remove", section([remove(5, P[0])], {}, to=9)),
        ("a snapshot with a wrong checksum", snapshot(full, to=9, sum_=checksum({}))),
    ]
    return [{"note": note, "section": data.hex()} for note, data in rows]


HELD = apply({}, [add(5, P[0]), add(5, P[1], 60, 1763700000), add(0, P[0], 40), add(7, P[2], 60),
                  add(7, P[3], 30), add(7, P[4], 10, 1763690100), add(2**40 - 1, P[5], 100, 1763690000)])


def match(live, tags, now):
    found = {}
    for (tag_prefix, number), (_, weight, _, _, expires) in live.items():
        if tag_prefix not in map(prefix, tags) or (expires and expires <= now):
            continue
        entry = found.setdefault(number, {"weight": 0, "expires": [], "indexes": set()})
        entry["weight"] += weight
        entry["expires"].append(expires)
        entry["indexes"] |= {i for i, tag in enumerate(tags) if prefix(tag) == tag_prefix}
    rows = sorted(found.items(), key=lambda item: (-item[1]["weight"], item[0]))
    return [{"ban_number": number, "code": ban_code(number), "weight": e["weight"],
             "expires": 0 if 0 in e["expires"] else max(e["expires"]), "indexes": sorted(e["indexes"])}
            for number, e in rows]


def matches():
    cases = [([0], 0), ([1], 0), ([0, 1], 1763690000), ([2, 3], 0), ([2, 3, 4], 1763690000),
             ([2, 3, 4], 1763690099), ([2, 3, 4], 1763690100), ([5], 1763689999), ([5], 1763690000),
             ([5], 1763690001), ([], 0), ([6, 7, 8], 0), (list(range(12)), 0),
             (list(range(12)), 2**40), ([0, 0], 0)]
    picked = [([TAGS[i] for i in indexes], now) for indexes, now in cases]
    picked += [([TWIN], 0), ([TAGS[0], TWIN], 0), ([TAGS[9], TWIN, TAGS[1]], 1763700000),
               ([TAGS[0][:7] + b"x" + TAGS[0][8:]], 0)]
    return [{"tags": [b64url(tag) for tag in tags], "now": now, "matches": match(HELD, tags, now)}
            for tags, now in picked]


def banlists():
    return {"list": 1, "tag_version": TAG_VERSION, "history": history(),
            "held": snapshot(HELD, to=4).hex(), "held_cursor": f"{LINEAGE:016x}-4",
            "bad": bad_sections(), "matches": matches()}
