"""Sealed values: docs/protocol.md §13."""
import hashlib

from common import KEY_ID, SECRET, SERVER, TAG_KEY, b64url, made_up
from primitives import box_seal, x25519_public, xchacha20poly1305_seal


def derived(key, label):
    return hashlib.blake2b(label, key=key, digest_size=32).digest()


def sealed_tag_key(secret, server_id, version, tag_key, nonce):
    associated = server_id.encode() + b"\x1f" + str(version).encode()
    return xchacha20poly1305_seal(
        derived(secret, b"drawbridge-v1 tag-key"), nonce, associated, tag_key)


def sealed_secret(code, key_id, secret, nonce):
    return xchacha20poly1305_seal(
        derived(code, b"drawbridge-v1 enrol"), nonce, key_id.encode(), secret)


def sealed():
    nonce, code = made_up("nonce", 24), made_up("one-time code")
    private = made_up("rotation private key")
    return {
        "tag_keys": [
            {"secret": SECRET.hex(), "server_id": SERVER, "version": version, "nonce": nonce.hex(),
             "tag_key": TAG_KEY.hex(),
             "sealed": b64url(sealed_tag_key(SECRET, SERVER, version, TAG_KEY, nonce))}
            for version in (1, 2, 2**53 - 1)],
        "enrolled_secrets": [
            {"code": code.hex(), "key_id": KEY_ID, "nonce": nonce.hex(), "secret": SECRET.hex(),
             "sealed": b64url(sealed_secret(code, KEY_ID, SECRET, nonce))}],
        "rotated_secrets": [
            {"private_key": key.hex(), "public_key": b64url(x25519_public(key)),
             "secret": SECRET.hex(),
             "sealed": b64url(box_seal(x25519_public(key), made_up("ephemeral"), SECRET))}
            for key in (private, bytes(range(32)))],
    }
