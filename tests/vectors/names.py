"""Identifiers, tags, printed secrets, ids, codes, cursors: docs/protocol.md §2 and §12."""
import hashlib
import ipaddress

from common import (KEY_ID, OTHER_OWNER, OWNER, SECRET, SERVER, TAG_KEY, b64url, ban_code, crc,
                    enrolment, made_up, printed_secret)

LICENSE = "0123456789abcdef0123456789abcdef01234567"
TOKEN = "9f" * 32


def canonical_ip(text):
    address = ipaddress.ip_address(text)
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))


ADDRESSES = [
    "192.0.2.1", "0.0.0.0", "255.255.255.255", "10.0.0.9", "2001:db8:1:2:3:4:5:6",
    "2001:DB8:1:2:A:B:C:D", "2001:db8::1", "2001:db8:0:0:1::", "2001:0:0:1::", "2001:0:0:1:1:1:1:1",
    "::", "::1", "::ffff:192.0.2.1", "::ffff:c000:201", "0:0:0:0:0:FFFF:192.0.2.77", "::192.0.2.1",
    "64:ff9b::192.0.2.33", "fe80::1", "0:0:0:1::", "0:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8", "1:0:0:0:5:6:7:8", "1:0:3:0:5:6:7:8", "0001:0002:0003:0004::",
    "1:2:3:4:5:6:192.0.2.9", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
]

GOOD_IDENTIFIERS = [
    ("license", LICENSE, LICENSE), ("license", LICENSE.upper(), LICENSE),
    ("license2", "F" * 40, "f" * 40), ("steam", "110000112345678", "110000112345678"),
    ("steam", "1100001ABCDEF01", "1100001abcdef01"),
    ("discord", "12345678901234567", "12345678901234567"),
    ("discord", "12345678901234567890", "12345678901234567890"), ("fivem", "1", "1"),
    ("fivem", "12345678", "12345678"), ("xbl", "25331234567890", "25331234567890"),
    ("xbl", "00000000000000000001", "00000000000000000001"),
    ("live", "98551234567890123456", "98551234567890123456"),
    *[("ip", text, canonical_ip(text)) for text in ADDRESSES],
]

BAD_IDENTIFIERS = [
    "", ":", "license", ":" + LICENSE, "license:", "license:" + LICENSE[:-1],
    "license:" + LICENSE + "0", "license:" + LICENSE[:-1] + "g", "license:" + LICENSE[:-1] + " ",
    " license:" + LICENSE, "License:" + LICENSE, "license3:" + LICENSE, "license :" + LICENSE,
    "license:license:" + LICENSE, "license:" + LICENSE[:-1] + "\u0660", "steam:110000212345678",
    "steam:11000011234567", "steam:1100001123456789", "steam:11000011234567x",
    "discord:1234567890123456", "discord:123456789012345678901", "discord:1234567890123456x",
    "discord:-1234567890123456", "fivem:", "fivem:0", "fivem:01", "fivem:123456789", "fivem:1a",
    "fivem:+1", "xbl:1234567890123", "xbl:123456789012345678901", "live:2533123456789x",
    "ip:", "ip:1.2.3", "ip:1.2.3.4.5", "ip:1.2.3.256", "ip:01.2.3.4", "ip:1.2.3.04", "ip:1..3.4",
    "ip:1.2.3.4 ", "ip:1.2.3.4:30120", "ip:1.2.3.x", "ip:0x1.2.3.4", "ip::", "ip:::1:",
    "ip:1:2:3:4:5:6:7", "ip:1:2:3:4:5:6:7:8:9", "ip:1::2::3", "ip:1:2:3:4:5:6:7:8::", "ip:12345::",
    "ip:g::1", "ip:fe80::1%eth0", "ip:[2001:db8::1]", "ip:2001:db8::1/64", "ip:1:2:3:4:5:6:7:1.2.3.4",
    "ip:1.2.3.4::", "ip:::1.2.3.4:5", "ip:::1.2.3", "ip:2001:db8::-1", "ip:localhost",
    "token:2:" + TOKEN, "unknown:1", "name:somebody",
]

GOOD_TOKENS = [("2:" + TOKEN, "2:" + TOKEN.upper()), ("0:" + "00" * 32, "0:" + "00" * 32),
               ("1F:" + "AbCd" * 16, "1F:" + "ABCD" * 16), ("f:" + "fF" * 32, "F:" + "FF" * 32)]
BAD_TOKENS = ["", ":", TOKEN, ":" + TOKEN, "2:" + TOKEN[:-1], "2:" + TOKEN + "0", "123:" + TOKEN,
              "g:" + TOKEN, "2:" + TOKEN[:-1] + "z", "2;" + TOKEN, "2::" + TOKEN[:-1], " 2:" + TOKEN]


def tag(key, *parts):
    return hashlib.blake2b(b"\x1f".join(parts), key=key, digest_size=32).digest()


def identifiers():
    return {
        "good": [{"text": f"{kind}:{text}", "type": kind, "value": value}
                 for kind, text, value in GOOD_IDENTIFIERS],
        "bad": BAD_IDENTIFIERS,
    }


def tags():
    chained = [(made_up("next tag key"), tag(TAG_KEY, b"license", LICENSE.encode()))]
    return {
        "identifiers": [
            {"key": key.hex(), "text": f"{kind}:{text}",
             "tag": b64url(tag(key, kind.encode(), value.encode()))}
            for key in (TAG_KEY, bytes(32)) for kind, text, value in GOOD_IDENTIFIERS],
        "tokens": [
            {"key": TAG_KEY.hex(), "owner_id": owner, "text": text,
             "tag": b64url(tag(TAG_KEY, b"token", owner.encode(), value.encode()))}
            for owner in (OWNER, OTHER_OWNER) for text, value in GOOD_TOKENS],
        "bad_tokens": BAD_TOKENS,
        "chains": [{"key": key.hex(), "tag": b64url(old),
                    "chained": b64url(hashlib.blake2b(old, key=key, digest_size=32).digest())}
                   for key, old in chained],
    }


def secrets():
    good = [SECRET, bytes(32), b"\xff" * 32, bytes(range(32))]
    text = printed_secret(SECRET)
    # The last character holds two unused bits: one set is another spelling of the same bytes.
    loose = b64url(bytes(32))[:-1] + "B"
    bad = ["", text[:-1], text + "0", text[5:], text.replace("dbs1_", "dbs2_"),
           text.replace("dbs1_", "DBS1_"), text[:-8] + "00000000", text[:-8] + text[-8:].upper(),
           text[:20] + ("A" if text[20] != "A" else "B") + text[21:], " " + text, text + "\n",
           f"dbs1_{loose}_{crc(loose)}", text.replace("_", "-"), "dbs1_" + "=" * 43 + "_00000000"]
    plus = "+" + b64url(SECRET)[1:]
    return {"good": [{"bytes": s.hex(), "text": printed_secret(s)} for s in good],
            "bad": bad + [f"dbs1_{plus}_{crc(plus)}"]}


def enrolments():
    code, ca = made_up("one-time code"), made_up("a certificate", 430)
    url = "https://bans.example.org:8443"
    good = [(url, SERVER, code, ca), ("https://192.0.2.7", SERVER, code, b""),
            ("https://[2001:db8::7]:8443", SERVER, bytes(32), b"\x30")]
    text = enrolment(*good[0])
    def remade(body):
        return f"dbe1_{body}_{crc(body)}"
    parts = text[5:-9].split(".")
    bad = ["", "dbe1_", text[:-1], text + " ", text[:40] + text[41:], text.replace("dbe1_", "dbe2_"),
           remade(".".join(parts[:3])), remade(".".join(parts + ["AA"])), remade("..."), remade(""),
           remade(".".join([parts[0], "srv_short", *parts[2:]])),
           remade(".".join([parts[0], OWNER, *parts[2:]])),
           remade(".".join([*parts[:2], parts[2][:-1], parts[3]])),
           remade(".".join([*parts[:2], parts[2] + "=", parts[3]])),
           remade(".".join([*parts[:3], parts[3] + "+"])),
           enrolment("http://bans.example.org", SERVER, code, ca),
           enrolment("https://bans.example.org/", SERVER, code, ca),
           enrolment("https://bans.example.org:0", SERVER, code, ca),
           enrolment("https://bans.example.org:70000", SERVER, code, ca),
           enrolment("https://user@bans.example.org", SERVER, code, ca),
           enrolment("https://", SERVER, code, ca), enrolment("", SERVER, code, ca),
           enrolment("https://" + "a" * 249, SERVER, code, ca),
           enrolment(url, SERVER, code, b"\x30" * 4097)]
    return {"good": [{"text": enrolment(*e), "url": e[0], "server_id": e[1], "code": e[2].hex(),
                      "ca": e[3].hex()} for e in good], "bad": bad}


def ids():
    numbers = [0, 1, 31, 32, 2**35, 2**40 - 1, 0x123456789A, 987654321]
    uuid = "019a9f0c-1d2e-7abc-8def-0123456789ab"
    cursor = (0x91E1A2B3C4D5E6F7, 42)
    key_ids = [(KEY_ID, SERVER, 1), (f"{SERVER}:{2**53 - 1}", SERVER, 2**53 - 1),
               (f"enrol:{SERVER}", SERVER, 0)]
    return {
        "server_ids": {"good": [SERVER, "srv_aaaaaaaaaaaa", "srv_222222777777"],
                       "bad": ["", "srv_", SERVER[:-1], SERVER + "a", SERVER.upper(), OWNER,
                               "srv_k3m7aq2wz5x1", "srv_k3m7aq2wz5x0", "srv_k3m7aq2wz5x-"]},
        "owner_ids": {"good": [OWNER], "bad": ["", SERVER, OWNER + "a", OWNER[:-1]]},
        "key_ids": {"good": [{"text": t, "server_id": s, "generation": g} for t, s, g in key_ids],
                    "bad": ["", SERVER, f"{SERVER}:", f"{SERVER}:0", f"{SERVER}:01", f"{SERVER}:+1",
                            f"{SERVER}:{2**53}", f"{SERVER}:1:1", f" {SERVER}:1", f"enrol:{SERVER}:1",
                            "enrol:", f"enrol:{OWNER}", f"ENROL:{SERVER}", f"{OWNER}:1", ":1"]},
        "ban_codes": {"good": [{"number": n, "code": ban_code(n)} for n in numbers],
                      "bad": ["", "AAAAAAAA", "AAAA-AAA", "AAAA-AAAAA", "aaaa-aaaa", "AAAA_AAAA",
                              "AAAA-AAAI", "AAAA-AAAO", "AAAA-AAA0", "AAAA-AAA1", " AAAA-AAAA",
                              "AAA-AAAAA"]},
        "uuids": {"good": [{"text": uuid, "bytes": uuid.replace("-", ""), "time_ms": 0x019A9F0C1D2E},
                           {"text": "00000000-0000-7000-8000-000000000000", "bytes":
                            "00000000000070008000000000000000", "time_ms": 0},
                           {"text": "ffffffff-ffff-7fff-bfff-ffffffffffff", "bytes":
                            "ffffffffffff7fffbfffffffffffffff", "time_ms": 2**48 - 1}],
                  "bad": ["", uuid.upper(), uuid.replace("-", ""), uuid[:-1], uuid + "0",
                          uuid.replace("-7", "-4"), uuid.replace("-8", "-c"), uuid.replace("-8", "-0"),
                          "{" + uuid + "}", uuid.replace("a", "g"), uuid.replace("-", "_")]},
        "cursors": {"good": [{"text": "0", "lineage": "0000000000000000", "version": 0},
                             {"text": f"{cursor[0]:016x}-{cursor[1]}", "lineage":
                              f"{cursor[0]:016x}", "version": cursor[1]},
                             {"text": f"{'0' * 16}-{2**53 - 1}", "lineage": "0" * 16,
                              "version": 2**53 - 1}],
                    "bad": ["", "1", "00", "0-1", "-1", f"{'0' * 16}-0", f"{'0' * 16}-01",
                            f"{'0' * 16}-", f"{'0' * 15}-1", f"{'0' * 17}-1", f"{'0' * 16}-{2**53}",
                            f"{'0' * 15}A-1", f"{'0' * 16}_1", f"{'0' * 16}-1 ", f"{'0' * 16}--1"]},
        "decimals": {"good": ["0", "1", "10", "9007199254740991"],
                     "bad": ["", "-1", "+1", "00", "01", "1.0", "1e3", " 1", "1 ", "0x1",
                             "9007199254740992", "10000000000000000", "99999999999999999999", "١"]},
        "base64url": {"good": [{"text": b64url(made_up("b64", n)), "bytes": made_up("b64", n).hex()}
                               for n in (0, 1, 2, 3, 4, 31, 32, 33, 71, 72)],
                      "bad": ["A", "AAAAA", "AB", "AAB", "AA==", "AA=", "AA+A", "AA/A", "AA A", "AA\n",
                              "AA.A", "//8", "é"]},
    }
