"""XChaCha20-Poly1305, X25519 and libsodium's sealed box in plain Python, for the vectors only.

Written from RFC 8439, draft-irtf-cfrg-xchacha, RFC 7748 and the NaCl papers, slow and not constant
time. self_test() checks each part against published answers before anything is made with it.
"""
import hashlib
import struct

MASK = 0xFFFFFFFF


def rotate(value, bits):
    return ((value << bits) | (value >> (32 - bits))) & MASK


def chacha_rounds(state):
    s = list(state)

    def quarter(a, b, c, d):
        s[a] = (s[a] + s[b]) & MASK
        s[d] = rotate(s[d] ^ s[a], 16)
        s[c] = (s[c] + s[d]) & MASK
        s[b] = rotate(s[b] ^ s[c], 12)
        s[a] = (s[a] + s[b]) & MASK
        s[d] = rotate(s[d] ^ s[a], 8)
        s[c] = (s[c] + s[d]) & MASK
        s[b] = rotate(s[b] ^ s[c], 7)

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return s


CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def hchacha20(key, nonce16):
    state = [*CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce16)]
    s = chacha_rounds(state)
    return struct.pack("<8I", *s[:4], *s[12:])


def chacha20(key, nonce12, counter, data):
    out = bytearray()
    for i in range(0, len(data), 64):
        state = [*CONSTANTS, *struct.unpack("<8I", key), counter + i // 64,
                 *struct.unpack("<3I", nonce12)]
        words = [(a + b) & MASK for a, b in zip(chacha_rounds(state), state)]
        out += bytes(a ^ b for a, b in zip(data[i:i + 64], struct.pack("<16I", *words)))
    return bytes(out)


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    sum_ = 0
    for i in range(0, len(message), 16):
        block = int.from_bytes(message[i:i + 16] + b"\x01", "little")
        sum_ = (sum_ + block) * r % ((1 << 130) - 5)
    return ((sum_ + int.from_bytes(key[16:], "little")) % (1 << 128)).to_bytes(16, "little")


def padded(data):
    return data + b"\0" * (-len(data) % 16)


def xchacha20poly1305_seal(key, nonce24, associated, plain):
    """nonce, ciphertext, tag."""
    subkey = hchacha20(key, nonce24[:16])
    nonce = b"\0" * 4 + nonce24[16:]
    cipher = chacha20(subkey, nonce, 1, plain)
    lengths = struct.pack("<QQ", len(associated), len(cipher))
    tag = poly1305(chacha20(subkey, nonce, 0, b"\0" * 32),
                   padded(associated) + padded(cipher) + lengths)
    return nonce24 + cipher + tag


def salsa_rounds(state):
    s = list(state)

    def quarter(a, b, c, d):
        s[b] ^= rotate((s[a] + s[d]) & MASK, 7)
        s[c] ^= rotate((s[b] + s[a]) & MASK, 9)
        s[d] ^= rotate((s[c] + s[b]) & MASK, 13)
        s[a] ^= rotate((s[d] + s[c]) & MASK, 18)

    for _ in range(10):
        for i in range(4):
            quarter(5 * i, (5 * i + 4) % 16, (5 * i + 8) % 16, (5 * i + 12) % 16)
        for i in range(4):
            quarter(5 * i, 4 * i + (i + 1) % 4, 4 * i + (i + 2) % 4, 4 * i + (i + 3) % 4)
    return s


def salsa_state(key, middle16):
    k, c, n = struct.unpack("<8I", key), CONSTANTS, struct.unpack("<4I", middle16)
    return [c[0], *k[:4], c[1], *n, c[2], *k[4:], c[3]]


def hsalsa20(key, nonce16):
    s = salsa_rounds(salsa_state(key, nonce16))
    return struct.pack("<8I", s[0], s[5], s[10], s[15], *s[6:10])


def xsalsa20(key, nonce24, length):
    subkey, out = hsalsa20(key, nonce24[:16]), b""
    while len(out) < length:
        state = salsa_state(subkey, nonce24[16:] + struct.pack("<Q", len(out) // 64))
        out += struct.pack("<16I", *((a + b) & MASK for a, b in zip(salsa_rounds(state), state)))
    return out[:length]


def x25519(scalar, point):
    p = (1 << 255) - 19
    k = int.from_bytes(scalar, "little") & ~7 & ~(1 << 255) | (1 << 254)
    u = int.from_bytes(point, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in range(254, -1, -1):
        bit = (k >> t) & 1
        if swap ^ bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % p, b * b % p, d * a % p, c * b % p
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % p, u * (da - cb) ** 2 % p
        x2, z2 = aa * bb % p, e * (aa + 121665 * e) % p
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, p - 2, p) % p).to_bytes(32, "little")


def x25519_public(private):
    return x25519(private, (9).to_bytes(32, "little"))


def secretbox(key, nonce24, plain):
    """tag, ciphertext."""
    stream = xsalsa20(key, nonce24, 32 + len(plain))
    cipher = bytes(a ^ b for a, b in zip(plain, stream[32:]))
    return poly1305(stream[:32], cipher) + cipher


def box_seal(public, ephemeral_private, plain):
    """crypto_box_seal with a given ephemeral key."""
    ephemeral = x25519_public(ephemeral_private)
    nonce = hashlib.blake2b(ephemeral + public, digest_size=24).digest()
    key = hsalsa20(x25519(ephemeral_private, public), b"\0" * 16)
    return ephemeral + secretbox(key, nonce, plain)


def self_test():
    # draft-irtf-cfrg-xchacha-03, A.3.1
    plain = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
             b"future, sunscreen would be it.")
    sealed = xchacha20poly1305_seal(
        bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58)),
        bytes.fromhex("50515253c0c1c2c3c4c5c6c7"), plain)
    assert sealed[-16:].hex() == "c0875924c1c7987947deafd8780acf49"
    assert sealed[24:40].hex() == "bd6d179d3e83d43b9576579493c0e939"
    # RFC 7748, 5.2 and 6.1
    nine = (9).to_bytes(32, "little")
    assert x25519(nine, nine).hex() == (
        "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")
    bob = bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    assert x25519_public(bob).hex() == (
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    # "Cryptography in NaCl", section 10
    box = secretbox(
        bytes.fromhex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389"),
        bytes.fromhex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37"),
        bytes.fromhex(
            "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728"
            "d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1"
            "318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f9377638486"
            "45e0705"))
    assert box[:16].hex() == "f3ffc7703f9400e52a7dfb4b3d3305d9"
