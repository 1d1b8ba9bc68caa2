"""Encodings of docs/protocol.md §2, and the made-up values the vectors share."""
import base64
import hashlib
import zlib


def made_up(what, size=32):
    """Bytes that look random and belong to nobody."""
    return hashlib.shake_256(b"drawbridge vectors: " + what.encode()).digest(size)


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def b64(data):
    return base64.b64encode(data).decode()


def crc(text):
    return f"{zlib.crc32(text.encode()):08x}"


def printed_secret(secret):
    return f"dbs1_{b64url(secret)}_{crc(b64url(secret))}"


def enrolment(url, server_id, code, ca):
    body = f"{b64url(url.encode())}.{server_id}.{b64url(code)}.{b64url(ca)}"
    return f"dbe1_{body}_{crc(body)}"


def ban_code(number):
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    digits = "".join(alphabet[(number >> shift) & 31] for shift in range(35, -1, -5))
    return f"{digits[:4]}-{digits[4:]}"


SECRET = made_up("secret")
TAG_KEY = made_up("tag key")
SERVER = "srv_k3m7aq2wz5xe"
OWNER = "own_b4n6tr2cq7da"
OTHER_OWNER = "own_zzzzzzzzzzz7"
KEY_ID = f"{SERVER}:1"
